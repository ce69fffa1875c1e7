import BlockKeys
import Domain
import JSON
import KVIndexer
import Telemetry
import Testing

/// Plays recorded runs of vLLM through everything but the socket.
@Suite struct GoldenTraceTests {
    private static let storm = 6  // the batch that evicts nearly everything

    /// The prompts of the story, under the names that `expected.json` has for them.
    private enum Prompt: String, CaseIterable {
        case a, b
        case lora = "lora adapter-1 (model replaced by adapter name)"
        case salt = "salt tenantA (folded into block 0)"
        case image = "mm imghash0 @5+6"

        var scope: PromptScope {
            switch self {
            case .a, .b: PromptScope(model: "test-model")
            case .lora: PromptScope(model: "adapter-1")
            case .salt: PromptScope(model: "test-model", cacheSalt: "tenantA")
            case .image:
                PromptScope(
                    model: "test-model",
                    media: [PromptMedium(identifier: Array("imghash0".utf8), tokens: 5..<11)]
                )
            }
        }
    }

    /// By which keys a trace is played.
    private enum Keys: String, CaseIterable {
        case engineHash, xxh64, cborFNV
    }

    /// Hashed by the engine that was recorded, and nowhere in its events.
    private static let loraPath = "/loras/adapter-1"

    private func house(_ keys: Keys) -> WriterHouse {
        WriterHouse(blockSize: 4) {
            $0.model = "test-model"
            $0.keys.engineSeeds = ["42"]
            $0.keys.adapterPaths = ["adapter-1": GoldenTraceTests.loraPath]
            $0.keys.mode = keys == .engineHash ? .auto : .requestKey
            $0.keys.algorithm = keys == .cborFNV ? .cborFNV : .xxh64
        }
    }

    private func expected(_ prompt: Prompt) throws -> JSONValue {
        let keys = try Fixtures.json("expected.json")["request_keys"]
        var found: JSONValue?
        keys?.forEachField { name, value in
            if name.indices.map({ name[$0] }) == Array(prompt.rawValue.utf8) { found = value }
        }
        return try #require(found)
    }

    private func tokens(of prompt: Prompt) throws -> [UInt32] {
        var tokens: [UInt32] = []
        try expected(prompt)["tokens"]?.forEachElement { tokens.append(UInt32($0.int ?? 0)) }
        return tokens
    }

    /// Plays the first `count` messages of a trace.
    private func replay(_ trace: String, first count: Int, in house: WriterHouse) throws {
        var writer = house.writer()
        for message in try Fixtures.trace(trace).prefix(count) {
            try writer.apply(message.payload.span, model: "test-model")
        }
    }

    private func matched(_ prompt: Prompt, in house: WriterHouse) throws -> Int {
        house.matched(try tokens(of: prompt), prompt.scope)
    }

    @Test(arguments: Prompt.allCases, [Keys.xxh64, .cborFNV])
    private func `a prompt's keys are llm-d's request keys`(prompt: Prompt, keys: Keys) throws {
        let house = house(keys)
        try replay("native-0.33", first: 1, in: house)
        let tokens = try tokens(of: prompt).map(TokenID.init(rawValue:))
        let lookup = PromptLookup(in: house.index, spaces: house.spaces, config: house.config)
        let blocks = lookup.blocks(of: tokens.span, in: prompt.scope)
        var expectedKeys: [String] = []
        let recorded = try expected(prompt)
        let keysOfPrompt = keys == .xxh64 ? recorded["xxh64"] : recorded["cbor-fnv"]
        keysOfPrompt?.forEachElement { expectedKeys.append($0.string ?? "") }
        #expect(!expectedKeys.isEmpty)
        #expect(blocks.chains.map { $0.keys.map { String($0.rawValue) } } == [expectedKeys])
    }

    @Test(arguments: ["native-0.33", "v0.22"], Keys.allCases)
    private func `before the storm every prompt is found, whatever it was hashed with`(
        trace: String,
        keys: Keys
    ) throws {
        let house = house(keys)
        try replay(trace, first: GoldenTraceTests.storm, in: house)
        #expect(try matched(.a, in: house) == 5)
        #expect(try matched(.b, in: house) == 4)
        #expect(try matched(.lora, in: house) == 2)
        #expect(try matched(.salt, in: house) == 2)
        #expect(try matched(.image, in: house) == 4)
        let reasons = KVIndexerMetrics.SkippedStore.allCases
        #expect(reasons.allSatisfy { house.metrics.skipped($0) == 0 })
    }

    /// vLLM 0.10.2 tells an adapter's number only, and nothing of salts and images.
    @Test func `what an old engine does not tell is not found by keys of our own`() throws {
        let house = house(.xxh64)
        try replay("v0.10.2", first: GoldenTraceTests.storm, in: house)
        #expect(try matched(.a, in: house) == 5)
        #expect(try matched(.b, in: house) == 4)
        #expect(try matched(.lora, in: house) == 0)
        #expect(try matched(.salt, in: house) == 0)
        #expect(try matched(.image, in: house) == 1)
        #expect(house.metrics.skipped(.unnamedAdapter) == 1)
    }

    @Test func `by the engine's own hash it is found all the same`() throws {
        let house = house(.engineHash)
        try replay("v0.10.2", first: GoldenTraceTests.storm, in: house)
        #expect(try matched(.a, in: house) == 5)
        #expect(try matched(.b, in: house) == 4)
        #expect(try matched(.lora, in: house) == 2)
        #expect(try matched(.salt, in: house) == 2)
        #expect(try matched(.image, in: house) == 4)
    }

    @Test func `an adapter whose path nobody knows is found by keys of our own`() throws {
        let house = WriterHouse(mode: .auto, blockSize: 4) { $0.keys.engineSeeds = ["42"] }
        try replay("native-0.33", first: GoldenTraceTests.storm, in: house)
        #expect(house.spaces.active.map(\.isEngineHash).sorted { $0 && !$1 } == [true, false])
        #expect(try matched(.lora, in: house) == 2)
        #expect(try matched(.a, in: house) == 5)
    }

    @Test(arguments: ["native-0.33", "v0.22"], Keys.allCases)
    private func `after the storm only what was not evicted is found`(
        trace: String,
        keys: Keys
    ) throws {
        let house = house(keys)
        try replay(trace, first: GoldenTraceTests.storm + 1, in: house)
        #expect(try matched(.a, in: house) == 1)
        #expect(try matched(.lora, in: house) == 0)
        #expect(try matched(.salt, in: house) == 0)
        #expect(try matched(.image, in: house) == 4)
    }

    @Test(arguments: ["native-0.33", "v0.22", "v0.10.2"], Keys.allCases)
    private func `the prompt that caused the storm is found, announced once or twice`(
        trace: String,
        keys: Keys
    ) throws {
        for announced in 1...2 {
            let house = house(keys)
            try replay(trace, first: GoldenTraceTests.storm + announced, in: house)
            let scope = PromptScope(model: "test-model")
            #expect(house.matched(Array(2000..<2120), scope) == 30)
        }
    }

    @Test(arguments: ["native-0.33", "v0.22", "v0.10.2"], Keys.allCases)
    private func `after the clearing nothing is left`(trace: String, keys: Keys) throws {
        let house = house(keys)
        try replay(trace, first: .max, in: house)
        #expect(house.keyCount == 0)
        #expect(house.metrics.eventsMalformed.value + house.metrics.eventsUnknown.value == 0)
    }
}

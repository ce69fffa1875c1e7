import Domain
import JSON
import KVIndexer
import Telemetry
import Testing

/// Plays recorded runs of vLLM through everything but the socket.
@Suite struct GoldenTraceTests {
    private static let storm = 6  // the batch that evicts nearly everything
    private static let blockSize = BlockSize(tokenCount: 4)
    private let endpoint = EndpointID(rawValue: 1)

    /// The prompts of the story, under the names that `expected.json` has for them.
    private enum Prompt: String, CaseIterable {
        case a, b
        case lora = "lora adapter-1 (model replaced by adapter name)"
        case salt = "salt tenantA (folded into block 0)"
        case image = "mm imghash0 @5+6"

        /// What a request for the prompt is hashed with. The image begins at token 5 and has 6.
        var scope: BlockKeyScope {
            let image = Array("imghash0".utf8)
            return switch self {
            case .a, .b: BlockKeyScope(model: "test-model")
            case .lora: BlockKeyScope(model: "adapter-1")
            case .salt: BlockKeyScope(model: "test-model", cacheSalt: "tenantA")
            case .image:
                BlockKeyScope(
                    model: "test-model",
                    extras: [1, 2].map { BlockExtra(block: $0, identifier: image) }
                )
            }
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

    private func tokens(of prompt: Prompt) throws -> [TokenID] {
        var tokens: [TokenID] = []
        try expected(prompt)["tokens"]?.forEachElement {
            tokens.append(TokenID(rawValue: UInt32($0.int ?? 0)))
        }
        return tokens
    }

    private func keys(of prompt: Prompt) throws -> [BlockKey] {
        let tokens = try tokens(of: prompt)
        return keys(of: tokens, in: prompt.scope)
    }

    private func keys(of tokens: [TokenID], in scope: BlockKeyScope) -> [BlockKey] {
        var keys: [BlockKey] = []
        let hasher = BlockKeyHasher(blockSize: GoldenTraceTests.blockSize)
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys
    }

    /// The index and metrics after the first `count` messages of a trace.
    private func replay(
        _ trace: String,
        first count: Int
    ) throws -> (index: InMemoryIndex, metrics: KVIndexerMetrics) {
        let index = InMemoryIndex()
        let metrics = KVIndexerMetrics.unread()
        var config = KVIndexerConfig()
        config.blockSize = GoldenTraceTests.blockSize
        var intake = EventIntake(for: endpoint, to: index, config: config, metrics: metrics)
        for message in try Fixtures.trace(trace).prefix(count) {
            intake.receive(
                topic: message.topic.span,
                number: message.number,
                payload: message.payload.span
            )
        }
        return (index, metrics)
    }

    private func matched(_ prompt: Prompt, in index: InMemoryIndex) throws -> Int {
        let keys = try keys(of: prompt)
        return index.longestPrefixes(of: keys.span).matchedBlocks[endpoint, default: 0]
    }

    @Test(arguments: Prompt.allCases)
    private func `a prompt's keys are llm-d's request keys`(prompt: Prompt) throws {
        var expectedKeys: [String] = []
        try expected(prompt)["xxh64"]?.forEachElement { expectedKeys.append($0.string ?? "") }
        #expect(!expectedKeys.isEmpty)
        #expect(try keys(of: prompt).map { String($0.rawValue) } == expectedKeys)
    }

    @Test(arguments: ["native-0.33", "v0.22"])
    func `before the storm every prompt is found, whatever it was hashed with`(trace: String) throws
    {
        let (index, metrics) = try replay(trace, first: GoldenTraceTests.storm)
        #expect(try matched(.a, in: index) == 5)
        #expect(try matched(.b, in: index) == 4)
        #expect(try matched(.lora, in: index) == 2)
        #expect(try matched(.salt, in: index) == 2)
        #expect(try matched(.image, in: index) == 4)
        #expect(KVIndexerMetrics.SkippedStore.allCases.allSatisfy { metrics.skipped($0) == 0 })
    }

    /// vLLM 0.10.2 tells an adapter's number only, and nothing of salts and images.
    @Test func `what an old engine does not tell is not found`() throws {
        let (index, metrics) = try replay("v0.10.2", first: GoldenTraceTests.storm)
        #expect(try matched(.a, in: index) == 5)
        #expect(try matched(.b, in: index) == 4)
        #expect(try matched(.lora, in: index) == 0)
        #expect(try matched(.salt, in: index) == 0)
        #expect(try matched(.image, in: index) == 1)
        #expect(metrics.skipped(.unnamedAdapter) == 1)
    }

    @Test(arguments: ["native-0.33", "v0.22"])
    func `after the storm only what was not evicted is found`(trace: String) throws {
        let (index, _) = try replay(trace, first: GoldenTraceTests.storm + 1)
        #expect(try matched(.a, in: index) == 1)
        #expect(try matched(.lora, in: index) == 0)
        #expect(try matched(.salt, in: index) == 0)
        #expect(try matched(.image, in: index) == 4)
    }

    @Test(arguments: ["native-0.33", "v0.22", "v0.10.2"], [1, 2])
    func `the prompt that caused the storm is found, announced once or twice`(
        trace: String,
        announced: Int
    ) throws {
        let (index, _) = try replay(trace, first: GoldenTraceTests.storm + announced)
        let tokens = (2000..<2120 as Range<UInt32>).map(TokenID.init(rawValue:))
        let keys = keys(of: tokens, in: BlockKeyScope(model: "test-model"))
        #expect(index.longestPrefixes(of: keys.span).matchedBlocks == [endpoint: 30])
    }

    @Test(arguments: ["native-0.33", "v0.22", "v0.10.2"])
    func `after the clearing nothing is left`(trace: String) throws {
        let (index, metrics) = try replay(trace, first: .max)
        #expect(index.keyCount == 0)
        #expect(metrics.batchesApplied.value == 9)
        #expect(metrics.eventsMalformed.value + metrics.eventsUnknown.value == 0)
    }
}

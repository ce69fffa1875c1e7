import Domain
import KVIndexer
import Telemetry
import Testing

@Suite struct ExpectedBlocksTests {
    private let index: InMemoryIndex
    private let metrics: KVIndexerMetrics
    private let space = KeySpaceID(rawValue: 3)
    private let cache = CacheID(endpoint: EndpointID(rawValue: 7))
    private let start = ContinuousClock.now
    private let prompt = (1...10).map { BlockKey(rawValue: $0) }

    init() {
        metrics = KVIndexerMetrics(registry: MetricsRegistry())
        index = InMemoryIndex(config: InMemoryIndexConfig(), metrics: metrics)
    }

    private func blocks(_ change: (inout SpeculationConfig) -> Void = { _ in }) -> ExpectedBlocks {
        var config = SpeculationConfig()
        config.isEnabled = true
        change(&config)
        return ExpectedBlocks(index: index, config: config, metrics: metrics)
    }

    private func match(_ keys: [BlockKey]? = nil) -> EndpointMatch? {
        let keys = keys ?? prompt
        return index.longestPrefixes(of: keys.span, in: space)[cache.endpoint]
    }

    private func announce(_ keys: ArraySlice<BlockKey>) throws {
        let holder = try #require(index.open(cache, in: space, as: .confirmed))
        let keys = Array(keys)
        index.store(keys.span, in: holder, tier: .gpu, counting: .everyCopy)
    }

    @Test func `a credited prompt is found at once, as expected`() throws {
        try announce(prompt[..<4])
        let blocks = blocks()
        let id = blocks.credit(prompt.span, beyond: 4, in: space, at: cache, now: start)
        #expect(id != nil)
        #expect(match()?.blocks == 10)
        #expect(match()?.expectedBlocks == 6)
        #expect(metrics.expected.credited.value == 6)
        #expect(metrics.expected.requests.value == 1)
    }

    @Test func `a credit ends at its deadline, not before`() {
        let blocks = blocks { $0.timeToLive = .seconds(2) }
        _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        blocks.endDue(now: start + .milliseconds(1_999))
        #expect(match()?.blocks == 10)
        blocks.endDue(now: start + .seconds(2))
        #expect(match() == nil)
        #expect(metrics.expected.expired.value == 10)
        #expect(metrics.expected.requests.value == 0)
        #expect(index.openHolders.isEmpty)
    }

    @Test func `a credit ends once the engine has announced its last block`() throws {
        let blocks = blocks()
        _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        try announce(prompt[..<9])
        blocks.endDue(now: start)
        #expect(blocks.count == 1)
        try announce(prompt[9...])
        blocks.endDue(now: start)
        #expect(blocks.count == 0)
        #expect(match()?.blocks == 10)
        #expect(match()?.expectedBlocks == 0)
        #expect(metrics.expected.confirmed.value == 10)
        #expect(metrics.expected.expired.value == 0)
    }

    @Test func `what another cache, space or credit holds confirms nothing`() throws {
        let blocks = blocks()
        _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        let otherRank = CacheID(endpoint: cache.endpoint, rank: 1)
        for (cache, space, kind) in [
            (otherRank, space, HolderKind.confirmed), (cache, KeySpaceID(rawValue: 4), .confirmed),
            (cache, space, .uncertain),
        ] {
            let holder = try #require(index.open(cache, in: space, as: kind))
            index.store(prompt.span, in: holder, tier: .gpu, counting: .everyCopy)
        }
        blocks.endDue(now: start)
        #expect(blocks.count == 2)
    }

    @Test func `two requests never cancel each other's blocks`() throws {
        let blocks = blocks { $0.timeToLive = .seconds(2) }
        let first = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        let longer = prompt + [BlockKey(rawValue: 11)]
        let later = start + .seconds(1)
        let second = blocks.credit(longer.span, beyond: 0, in: space, at: cache, now: later)
        blocks.endDue(now: start + .seconds(2))
        #expect(match(longer)?.blocks == 11)
        blocks.withdraw(try #require(first))  // has ended: nothing to take back
        #expect(match(longer)?.blocks == 11)
        #expect(metrics.expected.withdrawn.value == 0)
        blocks.withdraw(try #require(second))
        #expect(match(longer) == nil)
        #expect(metrics.expected.withdrawn.value == 11)
    }

    @Test func `beyond its bounds, the oldest request and the last blocks are given up`() {
        let blocks = blocks {
            $0.requestsMax = 2
            $0.blocksMax = 4
        }
        for first in 0..<3 {
            let keys = (0..<8).map { BlockKey(rawValue: UInt64(100 * first + $0)) }
            _ = blocks.credit(keys.span, beyond: 0, in: space, at: cache, now: start)
        }
        let found = (0..<3).map { first in
            match((0..<8).map { BlockKey(rawValue: UInt64(100 * first + $0)) })?.blocks
        }
        #expect(found == [nil, 4, 4])
        #expect(blocks.count == 2)
    }

    @Test func `there is nothing to credit where everything is held, or credits are off`() {
        let off = blocks { $0.isEnabled = false }
        #expect(off.credit(prompt.span, beyond: 0, in: space, at: cache) == nil)
        #expect(blocks().credit(prompt.span, beyond: 10, in: space, at: cache) == nil)
        #expect(blocks().credit(prompt.span, beyond: -1, in: space, at: cache) == nil)
        #expect(index.openHolders.isEmpty)
    }

    @Test func `an endpoint that leaves takes its credits along, and only those`() {
        let blocks = blocks()
        let other = CacheID(endpoint: EndpointID(rawValue: 8))
        for cache in [cache, other] {
            _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache, now: start)
        }
        blocks.withdraw { $0 == cache.endpoint }
        #expect(match() == nil)
        #expect(index.longestPrefixes(of: prompt.span, in: space)[other.endpoint]?.blocks == 10)
    }

    @Test func `requests that come and go at once leave nothing behind`() async {
        let blocks = blocks { $0.requestsMax = 16 }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask { [prompt, space, cache, start] in
                    for round in 0..<100 {
                        let id = blocks.credit(
                            prompt.span,
                            beyond: round % 3,
                            in: space,
                            at: cache,
                            now: start
                        )
                        if let id, round.isMultiple(of: 2) { blocks.withdraw(id) }
                        if task == 0 { blocks.endDue(now: start) }
                    }
                }
            }
        }
        blocks.endDue(now: start + .seconds(60))
        #expect(blocks.count == 0)
        #expect(index.openHolders.isEmpty)
        let ended = metrics.expected.expired.value + metrics.expected.withdrawn.value
        #expect(metrics.expected.credited.value == ended)
    }

    @Test func `credits end by themselves while it runs`() async {
        let blocks = blocks { $0.timeToLive = .milliseconds(8) }
        _ = blocks.credit(prompt.span, beyond: 0, in: space, at: cache)
        let running = Task { await blocks.run() }
        while blocks.count > 0 { await Task.yield() }
        running.cancel()
        await running.value
        #expect(metrics.expected.expired.value == 10)
    }

    @Test func `settings that cannot work are refused`() {
        var configs = [SpeculationConfig](repeating: SpeculationConfig(), count: 3)
        configs[0].timeToLive = .zero
        configs[1].blocksMax = 0
        configs[2].requestsMax = 0
        for config in configs {
            #expect(throws: SpeculationConfigError.self) { try config.validated() }
        }
    }
}

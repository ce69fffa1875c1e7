import Domain
import KVIndexer
import Telemetry
import Randomness
import Testing

@Suite struct InMemoryIndexTests {
    private let one = EndpointID(rawValue: 1)
    private let two = EndpointID(rawValue: 2)

    private func keys(_ rawValues: some Sequence<UInt64>) -> [BlockKey] {
        rawValues.map(BlockKey.init(rawValue:))
    }

    private func matches(_ index: InMemoryIndex, _ rawValues: [UInt64]) -> [EndpointID: Int] {
        index.longestPrefixes(of: keys(rawValues).span).matchedBlocks
    }

    private func store(
        _ rawValues: [UInt64],
        in index: InMemoryIndex,
        at endpoint: EndpointID,
        tier: CacheTier = .gpu
    ) {
        index.store(keys(rawValues).span, at: endpoint, in: tier)
    }

    /// Blocks 0, 1, 2 of one prompt; `held` says which of them endpoint 1 holds.
    @Test(
        arguments: [
            (held: [], matched: nil),
            (held: [0, 1, 2], matched: 3),
            (held: [0, 2], matched: 1),  // block 2 is of no use without block 1
            (held: [1, 2], matched: nil),
        ] as [(held: [UInt64], matched: Int?)]
    )
    func `a match ends at the first block that is not held`(held: [UInt64], matched: Int?) {
        let index = InMemoryIndex()
        store(held, in: index, at: one)
        #expect(matches(index, [0, 1, 2])[one] == matched)
    }

    @Test func `each endpoint has a match of its own`() {
        let index = InMemoryIndex()
        store([0, 1, 2], in: index, at: one)
        store([0, 1], in: index, at: two)
        store([1, 2], in: index, at: EndpointID(rawValue: 3))
        #expect(matches(index, [0, 1, 2, 3]) == [one: 3, two: 2])
    }

    @Test func `a prompt without blocks matches nothing`() {
        let index = InMemoryIndex()
        store([0], in: index, at: one)
        #expect(index.longestPrefixes(of: keys([]).span) == PrefixMatches(blockCount: 0))
    }

    @Test func `a block may lie in any tier, and is held until it has left all`() {
        let index = InMemoryIndex()
        store([0, 1], in: index, at: one, tier: .gpu)
        store([1, 2], in: index, at: one, tier: .cpu)
        #expect(matches(index, [0, 1, 2]) == [one: 3])
        index.remove(keys([1]).span, from: one, in: .gpu)
        #expect(matches(index, [0, 1, 2]) == [one: 3])
        index.remove(keys([1]).span, from: one, in: .disk)  // was never there
        index.remove(keys([1]).span, from: one, in: .cpu)
        #expect(matches(index, [0, 1, 2]) == [one: 1])
    }

    @Test func `storing twice is storing once`() {
        let index = InMemoryIndex()
        store([0], in: index, at: one)
        store([0], in: index, at: one)
        index.remove(keys([0]).span, from: one, in: .gpu)
        #expect(matches(index, [0]).isEmpty)
        #expect(index.keyCount == 0)
    }

    @Test func `clearing an endpoint forgets all its tiers and nobody else's`() {
        let index = InMemoryIndex()
        for tier in CacheTier.allCases { store(Array(0..<100), in: index, at: one, tier: tier) }
        store(Array(50..<60), in: index, at: two)
        index.clear(one)
        #expect(index.keyCount == 10)
        #expect(matches(index, Array(50..<60)) == [two: 10])
        store([0], in: index, at: one)
        #expect(matches(index, [0]) == [one: 1])
    }

    @Test func `a full index forgets other blocks, never the newest`() {
        let index = InMemoryIndex(shardCount: 1, keysMax: 100)
        for key in 0..<1_000 as Range<UInt64> {
            store([key], in: index, at: one)
            #expect(matches(index, [key]) == [one: 1])
        }
        #expect(index.keyCount == 100)
    }

    /// Small numbers of keys and endpoints, so that every kind of collision occurs.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `any sequence of changes gives what plain sets give`(seed: UInt64) {
        struct Holding: Hashable {
            let key: UInt64
            let endpoint: UInt32
            let tier: CacheTier
        }
        let index = InMemoryIndex(shardCount: 2)
        var held: Set<Holding> = []
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let holding = Holding(
                key: UInt64(random.below(60)) << (random.below(2) * 32),
                endpoint: UInt32(random.below(9)),
                tier: CacheTier.allCases[random.below(4)]
            )
            let endpoint = EndpointID(rawValue: holding.endpoint)
            switch random.below(200) {
            case 0:
                index.clear(endpoint)
                held = held.filter { $0.endpoint != holding.endpoint }
            case 1...100:
                index.store(keys([holding.key]).span, at: endpoint, in: holding.tier)
                held.insert(holding)
            default:
                index.remove(keys([holding.key]).span, from: endpoint, in: holding.tier)
                held.remove(holding)
            }
            let prompt = (0..<3).map { _ in UInt64(random.below(60)) }
            var expected: [EndpointID: Int] = [:]
            for endpoint in 0..<9 as Range<UInt32> {
                let matched = prompt.prefix { key in
                    held.contains { $0.key == key && $0.endpoint == endpoint }
                }
                if !matched.isEmpty { expected[EndpointID(rawValue: endpoint)] = matched.count }
            }
            #expect(matches(index, prompt) == expected)
        }
        #expect(index.keyCount == Set(held.map(\.key)).count)
    }

    @Test func `lookups during changes always find what does not change`() async {
        let index = InMemoryIndex(shardCount: 4)
        let prompt = keys(0..<64)
        let steady = EndpointID(rawValue: 100)
        index.store(prompt.span, at: steady, in: .gpu)
        let writersLeft = Gauge()
        writersLeft.set(2)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<2 as Range<UInt32> {
                group.addTask {
                    let endpoint = EndpointID(rawValue: writer)
                    for _ in 0..<300 {
                        index.store(prompt.span, at: endpoint, in: .gpu)
                        index.remove(prompt.span.extracting(first: 32), from: endpoint, in: .gpu)
                        index.clear(endpoint)
                    }
                    writersLeft.add(-1)
                }
            }
            group.addTask {
                repeat {
                    let matches = index.longestPrefixes(of: prompt.span)
                    #expect(matches.matchedBlocks[steady] == 64)
                    #expect(matches.matchedBlocks.values.allSatisfy { (1...64).contains($0) })
                    await Task.yield()
                } while writersLeft.value > 0
            }
        }
        #expect(index.longestPrefixes(of: prompt.span).matchedBlocks == [steady: 64])
    }
}

import BlockKeys
import Domain
import KVIndexer
import Randomness
import Testing

/// One engine, what is on its way from it, and who follows it.
struct HistoryPublisher<Feed: HistoryFeed & ~Copyable>: ~Copyable {
    var engine: HistoryEngine
    var feed: Feed
    private var live: [HistoryMessage] = []

    init(_ engine: HistoryEngine, _ feed: consuming Feed) {
        self.engine = engine
        self.feed = feed
    }

    mutating func act(_ random: inout SplitMix64) {
        guard let message = engine.step() else { return }
        switch random.below(8) {
        case 0: break  // lost
        case 1: live += [message, message]
        default: live.append(message)
        }
    }

    mutating func deliver() throws {
        guard !live.isEmpty else { return }
        let engine = engine
        try feed.receive(live.removeFirst()) { engine.replay(from: $0) }
    }

    /// Delivers all that is on its way, and something after it.
    mutating func settle() throws {
        live.append(engine.beat())
        while !live.isEmpty { try deliver() }
        feed.dropUncertain()
    }
}

/// What a history came to.
struct HistoryOutcome {
    var engineCount = 0
    /// Engines of which nothing was lost for good.
    var completeCount = 0
    /// What those hold, of all prompts.
    var blocksOfComplete = 0

    mutating func add(_ other: HistoryOutcome) {
        engineCount += other.engineCount
        completeCount += other.completeCount
        blocksOfComplete += other.blocksOfComplete
    }
}

/// Engines that do as they like over a lossy transport, and the index that follows them.
struct History {
    private static let stepCount = 24

    let house: WriterHouse
    let seed: UInt64

    init(_ seed: UInt64) {
        self.seed = seed
        house = WriterHouse(mode: .auto) {
            $0.keys.engineSeeds = ["42"]
            $0.keys.adapterPaths = ["adapter": "/adapter"]
        }
    }

    /// - Parameter follow: Makes a feed for an engine.
    func run<Feed: HistoryFeed & ~Copyable>(
        _ follow: (CacheID, HistoryEngine, FeedContext) -> Feed
    ) throws -> HistoryOutcome {
        var random = SplitMix64(seed: seed)
        var first = publisher(0, &random, follow)
        var second = publisher(1, &random, follow)
        for _ in 0..<History.stepCount {
            switch random.below(4) {
            case 0: first.act(&random)
            case 1: second.act(&random)
            case 2: try first.deliver()
            default: try second.deliver()
            }
        }
        try first.settle()
        try second.settle()
        var outcome = compare(0, first)
        outcome.add(compare(1, second))
        first.feed.end()
        second.feed.end()
        #expect(house.index.openHolders.isEmpty, "history \(seed)")
        #expect(house.spaces.active.isEmpty, "history \(seed)")
        return outcome
    }

    private func publisher<Feed: HistoryFeed & ~Copyable>(
        _ number: UInt32,
        _ random: inout SplitMix64,
        _ follow: (CacheID, HistoryEngine, FeedContext) -> Feed
    ) -> HistoryPublisher<Feed> {
        let kind = HistoryKind.allCases[random.below(HistoryKind.allCases.count)]
        var config = house.config
        config.keys.mode = kind.canBeHashed ? .auto : .requestKey
        // Without the path, the adapter's blocks are known by keys of our own, others are not.
        if random.below(2) == 0 { config.keys.adapterPaths = [:] }
        let context = FeedContext(
            index: house.index,
            spaces: house.spaces,
            config: config,
            metrics: house.metrics,
            log: house.context.log
        )
        let cache = CacheID(endpoint: EndpointID(rawValue: number), rank: UInt16(number))
        let engine = HistoryEngine(kind, &random)
        return HistoryPublisher(engine, follow(cache, engine, context))
    }

    private func compare<Feed: HistoryFeed & ~Copyable>(
        _ number: UInt32,
        _ publisher: borrowing HistoryPublisher<Feed>
    ) -> HistoryOutcome {
        let engine = publisher.engine
        let isComplete = engine.kind.isExact && publisher.feed.isComplete
        var outcome = HistoryOutcome(engineCount: 1, completeCount: isComplete ? 1 : 0)
        guard publisher.feed.isComparable else { return HistoryOutcome(engineCount: 1) }
        for prompt in engine.prompts.all {
            let found = house.matches(prompt.tokens, prompt.request)
                .blocks(at: EndpointID(rawValue: number))
            let held = engine.heldCount(of: prompt)
            let isRight = isComplete ? found == held : found <= held
            #expect(
                isRight,
                "history \(seed), \(engine.kind): \(found) of \(held) of \(prompt.tokens)"
            )
            if isComplete { outcome.blocksOfComplete += held }
        }
        return outcome
    }
}

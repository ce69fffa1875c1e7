import Domain
import KVIndexer
import Testing

@Suite struct IndexWriterTests {
    private let endpoint = EndpointID(rawValue: 1)
    private let metrics = KVIndexerMetrics.unread()
    private let index = InMemoryIndex()

    private func makeWriter(blocksMax: Int = 1_000) -> IndexWriter {
        var config = KVIndexerConfig()
        config.blockSize = BlockSize(tokenCount: 2)
        config.endpointBlocksMax = blocksMax
        return IndexWriter(for: endpoint, to: index, config: config, metrics: metrics)
    }

    /// Blocks of two tokens each, which are the hashes times 2 and 1 more.
    private func stored(
        _ hashes: [UInt64],
        after parent: UInt64? = nil,
        _ change: (inout StoredBlocks) -> Void = { _ in }
    ) -> KVEvent {
        var stored = StoredBlocks()
        stored.hashes = hashes.map(EngineBlockHash.init(rawValue:))
        stored.parent = parent.map(EngineBlockHash.init(rawValue:))
        stored.tokens = tokens(hashes)
        stored.blockSize = 2
        change(&stored)
        return .blockStored(stored)
    }

    private func removed(
        _ hashes: [UInt64],
        _ change: (inout RemovedBlocks) -> Void = { _ in }
    ) -> KVEvent {
        var removed = RemovedBlocks()
        removed.hashes = hashes.map(EngineBlockHash.init(rawValue:))
        change(&removed)
        return .blockRemoved(removed)
    }

    private func tokens(_ hashes: [UInt64]) -> [TokenID] {
        hashes.flatMap {
            [TokenID(rawValue: UInt32($0 * 2)), TokenID(rawValue: UInt32($0 * 2 + 1))]
        }
    }

    private func apply(_ events: KVEvent..., to writer: inout IndexWriter) {
        var batch = EventBatch()
        batch.events = events
        writer.apply(batch, model: "m")
    }

    /// How many blocks of a prompt are found; the prompt is that of `stored`.
    private func matched(_ hashes: [UInt64], model: String = "m") -> Int {
        var keys: [BlockKey] = []
        let hasher = BlockKeyHasher(blockSize: BlockSize(tokenCount: 2))
        let tokens = tokens(hashes)
        hasher.appendKeys(for: tokens.span, in: BlockKeyScope(model: model), to: &keys)
        return index.longestPrefixes(of: keys.span).matchedBlocks[endpoint, default: 0]
    }

    @Test func `a prompt is found across the events that stored it`() {
        var writer = makeWriter()
        apply(stored([1, 2]), stored([3], after: 2), stored([4], after: 3), to: &writer)
        #expect(matched([1, 2, 3, 4, 5]) == 4)
    }

    @Test func `blocks behind an unknown one are not stored under a wrong key`() {
        var writer = makeWriter()
        apply(stored([2], after: 1), stored([3], after: 2), to: &writer)
        #expect(metrics.skipped(.unknownParent) == 2)
        #expect(index.keyCount == 0)
    }

    @Test func `a hash of zero is a parent like any other`() {
        var writer = makeWriter()
        apply(stored([0]), stored([1], after: 0), to: &writer)
        #expect(matched([0, 1]) == 2)
    }

    @Test func `a block announced for each of its copies is held until the last is removed`() {
        var writer = makeWriter()
        apply(stored([1, 2]), stored([1, 2]), removed([1, 2]), to: &writer)
        #expect(matched([1, 2]) == 2)
        apply(removed([1]), removed([2]), to: &writer)
        #expect(index.keyCount == 0)
        apply(removed([1]), stored([1]), to: &writer)  // a removal too many counts for nothing
        #expect(matched([1]) == 1)
    }

    @Test func `copies count for each tier`() {
        var writer = makeWriter()
        apply(
            stored([1]),
            stored([1]) { $0.tier = .cpu },
            removed([1]),
            to: &writer
        )
        #expect(matched([1]) == 1)
        apply(removed([1]) { $0.tier = .cpu }, to: &writer)
        #expect(matched([1]) == 0)
    }

    @Test func `blocks announced without tokens are those known from before`() {
        var writer = makeWriter()
        func offloaded(_ hashes: [UInt64]) -> KVEvent {
            stored(hashes) {
                $0.tokens = []
                $0.blockSize = 0
                $0.tier = .cpu
            }
        }
        apply(stored([1]), offloaded([1, 9]), removed([1]), to: &writer)
        #expect(matched([1]) == 1)
        #expect(metrics.skipped(.unknownBlock) == 1)
    }

    @Test func `a block that only another tier still holds can be continued`() {
        var writer = makeWriter()
        apply(
            stored([1]),
            stored([1]) { $0.tier = .cpu },
            removed([1]),
            stored([2], after: 1),
            to: &writer
        )
        #expect(matched([1, 2]) == 2)
    }

    @Test func `an adapter's blocks are found under its name only`() {
        var writer = makeWriter()
        let ofAdapter = stored([1]) {
            $0.adapterID = 7
            $0.adapterName = "adapter"
        }
        apply(ofAdapter, to: &writer)
        #expect(matched([1], model: "adapter") == 1)
        #expect(matched([1]) == 0)
    }

    @Test(arguments: [
        (CacheKind.fullAttention, true), (.mlaAttention, true), (.sinkFullAttention, true),
        (.slidingWindow, false), (.slidingWindowMLA, false), (.mamba, false),
        (.chunkedLocalAttention, false), (.encoderOnlyAttention, false), (.crossAttention, false),
        (.unknown, false),
    ])
    func `only main attention counts, and only its groups are removed from`(
        kind: CacheKind,
        isStored: Bool
    ) {
        var writer = makeWriter()
        let event = stored([1]) {
            $0.group = 1
            $0.cacheKind = kind
        }
        apply(stored([1]) { $0.group = 0 }, event, removed([1]) { $0.group = 0 }, to: &writer)
        #expect(matched([1]) == (isStored ? 1 : 0))
        #expect(metrics.skipped(.unsupportedCacheKind) == (isStored ? 0 : 1))
        apply(removed([1]) { $0.group = 1 }, to: &writer)
        #expect(metrics.skipped(.unknownGroup) == (isStored ? 0 : 1))
        #expect(matched([1]) == 0)
    }

    @Test func `groups without a kind count if they are the first`() {
        var writer = makeWriter()
        apply(stored([1]) { $0.group = 0 }, stored([2]) { $0.group = 1 }, to: &writer)
        #expect(matched([1]) == 1)
        #expect(matched([2]) == 0)
    }

    @Test func `what cannot be indexed is counted by reason`() {
        var writer = makeWriter(blocksMax: 3)
        apply(
            stored([1]) { $0.blockSize = 4 },
            stored([1, 2]) { $0.tokens.removeLast() },
            stored([1]) {
                $0.tokens.removeLast()
                $0.tokensEndEarly = true
            },
            stored([1]) { $0.adapterID = 7 },
            stored([1, 2, 3, 4]),
            to: &writer
        )
        for reason: KVIndexerMetrics.SkippedStore in [
            .invalidBlockSize, .nonDenseBlockSpan, .unindexableTokens, .unnamedAdapter,
            .tooManyBlocks,
        ] {
            #expect(metrics.skipped(reason) == 1, "\(reason)")
        }
        #expect(index.keyCount == 0)
    }

    @Test func `blocks before a token that is no number are stored`() {
        var writer = makeWriter()
        let event = stored([1, 2, 3]) {
            $0.tokens.removeLast(3)
            $0.tokensEndEarly = true
        }
        apply(event, stored([4], after: 3), to: &writer)
        #expect(matched([1, 2, 3]) == 1)
        #expect(metrics.skipped(.unknownParent) == 1)
    }

    @Test func `a clearing forgets blocks and copies`() {
        var writer = makeWriter()
        apply(stored([1]), stored([1]), .allBlocksCleared, stored([1]), removed([1]), to: &writer)
        #expect(index.keyCount == 0)
    }
}

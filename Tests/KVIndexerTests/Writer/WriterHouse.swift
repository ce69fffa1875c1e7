import BlockKeys
import Domain
import KVEvents
import KVIndexer
import Telemetry

/// An index with all that writers and lookups share.
struct WriterHouse {
    static let endpoint = EndpointID(rawValue: 1)

    let index: InMemoryIndex
    let spaces = KeySpaceRegistry()
    let metrics = KVIndexerMetrics.unread()
    let config: KVIndexerConfig

    init(
        mode: BlockKeyConfig.Mode = .requestKey,
        blockSize: Int = 2,
        _ change: (inout KVIndexerConfig) -> Void = { _ in }
    ) {
        var config = KVIndexerConfig()
        config.model = "m"
        config.keys.mode = mode
        config.blockSize = BlockSize(tokenCount: blockSize)
        config.endpointBlocksMax = 1_000
        change(&config)
        self.config = config
        index = InMemoryIndex(config: InMemoryIndexConfig(), metrics: metrics)
    }

    var context: FeedContext {
        FeedContext(
            index: index,
            spaces: spaces,
            config: config,
            metrics: metrics,
            log: Log(level: .error) { _ in }
        )
    }

    /// Blocks that anybody holds.
    var keyCount: Int {
        var cursor = IndexCursor()
        var count = 0
        while index.exportRuns(
            from: &cursor,
            entriesMax: 1_000,
            { keys, holders in
                if !holders.isEmpty { count += keys.count }
            }
        ) {}
        return count
    }

    func writer(
        for cache: CacheID = CacheID(endpoint: endpoint),
        restored: RestoredBlocks = .none
    ) -> IndexWriter {
        IndexWriter(for: cache, named: "engine", in: context, restored: restored)
    }

    func matches(_ tokens: [UInt32], _ scope: PromptScope = PromptScope(model: "m"))
        -> PrefixMatches
    {
        let lookup = PromptLookup(in: index, spaces: spaces, config: config)
        let tokens = tokens.map(TokenID.init(rawValue:))
        return lookup.longestPrefixes(of: lookup.blocks(of: tokens.span, in: scope))
    }

    /// The prompt's keys in the only space there is.
    func keys(of tokens: [UInt32]) -> [BlockKey] {
        let lookup = PromptLookup(in: index, spaces: spaces, config: config)
        let tokens = tokens.map(TokenID.init(rawValue:))
        return lookup.blocks(of: tokens.span, in: PromptScope(model: "m")).chains.first?.keys ?? []
    }

    /// Blocks that the one endpoint holds of a prompt.
    func matched(_ tokens: [UInt32], _ scope: PromptScope = PromptScope(model: "m")) -> Int {
        matches(tokens, scope).blocks(at: WriterHouse.endpoint)
    }
}

extension IndexWriter {
    /// Applies a batch that is known to be well formed.
    mutating func apply(_ events: [UInt8]..., model: String = "m", isRepeated: Bool = false) throws
    {
        let payload = PublishedBatch.bytes(events)
        try apply(payload.span, model: model, isRepeated: isRepeated)
    }
}

import BlockKeys
package import Domain
package import KVEvents
import Telemetry

/// Applies the batches of one publisher to the index, in order. Belongs to one thread.
///
/// A block is in the index while the engine holds at least one copy of it. By which keys, the
/// first events decide: batches wait until one of them shows how the engine hashes.
package struct IndexWriter: ~Copyable {
    private let cache: CacheID
    private let endpointName: String
    private let context: FeedContext
    private var decoder = EventBatchDecoder()
    private var blocks: PublisherBlocks
    private var waiting = WaitingBatches()
    /// Whether events were lost, and nothing has made up for it.
    private var hasMissed = false
    /// Not yet among `blocks`. They are uncertain, and lookups see them.
    private var restored: RestoredBlocks
    private var keyMode: KVIndexerMetrics.KeyMode?

    /// - Parameter restored: What a snapshot has filled for this cache, as uncertain.
    package init(
        for cache: CacheID,
        named endpointName: String,
        in context: FeedContext,
        restored: RestoredBlocks = .none
    ) {
        self.cache = cache
        self.endpointName = endpointName
        self.context = context
        self.restored = restored
        for holder in restored.holders { context.spaces.join(holder.space) }
        blocks = PublisherBlocks(of: cache, model: context.config.model, in: context)
    }

    /// Applies one batch.
    ///
    /// - Parameters:
    ///   - model: The base model whose blocks these are. Another one than before is another
    ///     engine: what the one before had is forgotten.
    ///   - isRepeated: Whether parts of the batch may have been applied before, as when events
    ///     are replayed over what a snapshot holds: what is held counts no further copy.
    /// - Throws: If the payload is no batch, or breaks off: the rest of it is lost then.
    package mutating func apply(
        _ payload: Span<UInt8>,
        model: String,
        isRepeated: Bool = false
    ) throws(MessagePackError) {
        if model != blocks.model { startOver(for: model) }
        if !blocks.isDecided {
            _ = try decoder.decode(payload, into: &blocks.search)
            guard decide() else { return waiting.append(payload, isRepeated: isRepeated) }
            for batch in waiting.takeAll() {
                // Each was read once already, so none is broken.
                try applyNow(batch.payload.span, isRepeated: batch.isRepeated)
            }
        }
        try applyNow(payload, isRepeated: isRepeated)
    }

    /// The engine has nothing any more: it restarted, and may hash otherwise than before.
    package mutating func startOver() { startOver(for: blocks.model) }

    /// Events were lost for good. What is known so far stays, as uncertain, until the engine
    /// removes it or `dropUncertain` is called.
    package mutating func becomeUncertain() {
        hasMissed = true
        waiting.removeAll()
        blocks.becomeUncertain()
    }

    /// Whether anything may be left that `dropUncertain` would drop.
    package var hasUncertain: Bool { !restored.holders.isEmpty || hasMissed }

    package mutating func dropUncertain() {
        hasMissed = false
        closeRestored()
        blocks.dropUncertain()
    }

    /// What the snapshot had is right: the stream that it was made from goes on. To be called
    /// before any batch is applied.
    package mutating func confirmRestored() {
        guard !blocks.isDecided, let model = restoredModel else { return }
        if model != blocks.model { blocks = PublisherBlocks(of: cache, model: model, in: context) }
        blocks.confirm(restored)
        closeRestored()
        report()
    }

    /// Forgets everything about the cache: nothing more will come.
    package consuming func end() {
        closeRestored()
        blocks.end()
    }

    /// The base model whose blocks the next batch is taken to have, unless told otherwise.
    package var model: String { blocks.model }

    /// Whether it is known by which keys to know the blocks. Until then batches wait.
    package var isDecided: Bool { blocks.isDecided }

    /// Whether a snapshot can tell all: of blocks under keys of our own it keeps the engine's
    /// hash, but neither pages nor whose salt or adapter it is.
    package var canBeSaved: Bool {
        guard let mapped = blocks.mapped, !mapped.isEmpty else { return isDecided }
        return isDecided && mapped.pages == nil && blocks.scopes.isEmpty
    }

    /// The engine's hash of each block that is under a key of ours, with that key. Of a hash with
    /// several keys, the one that ends last comes last.
    package func forEachEngineKey(_ body: (EngineBlockHash, BlockKey) -> Void) {
        guard let map = blocks.mapped?.map else { return }
        map.forEach { if !$0.isLastPart { body($0.hash, $0.key) } }
        map.forEach { if $0.isLastPart { body($0.hash, $0.key) } }
    }

    private var restoredModel: String? {
        restored.holders.first.flatMap { context.spaces.space($0.space)?.model }
    }

    private mutating func startOver(for model: String) {
        hasMissed = false
        waiting.removeAll()
        closeRestored()
        blocks.end()
        if let keyMode { context.metrics.keyMode(keyMode, of: endpointName).set(0) }
        keyMode = nil
        blocks = PublisherBlocks(of: cache, model: model, in: context)
    }

    private mutating func closeRestored() {
        for holder in restored.holders {
            if !blocks.owns(holder.id) { context.index.close(holder.id) }
            context.spaces.leave(holder.space)
        }
        restored = .none
    }

    private mutating func applyNow(
        _ payload: Span<UInt8>,
        isRepeated: Bool
    ) throws(MessagePackError) {
        blocks.beginBatch(isRepeated: isRepeated)
        let summary = try decoder.decode(payload, into: &blocks)
        context.metrics.eventsUnknown.add(UInt64(summary.unknownEventCount))
        context.metrics.eventsMalformed.add(UInt64(summary.malformedEventCount))
    }

    /// - Returns: whether it is known how to read batches.
    private mutating func decide() -> Bool {
        guard blocks.decide(restored: restored.holders) else { return false }
        // Which spaces storage is in changes; what a snapshot had of it stays beside.
        if cache != .shared { closeRestored() }
        report()
        return true
    }

    private mutating func report() {
        let mode = blocks.keyMode
        context.metrics.keyMode(mode, of: endpointName).set(1)
        keyMode = mode
        guard cache != .shared else { return }
        let scheme = blocks.hashed?.scheme
        context.log.info(
            "found by which keys to know an engine's blocks",
            [
                "endpoint": endpointName,
                "rank": String(cache.rank),
                "mode": mode.rawValue,
                "algorithm": (scheme?.algorithm ?? context.config.keys.algorithm).rawValue,
                "seed": scheme.map { $0.seed == nil ? "default" : "given" } ?? "own",
                "extra_keys": scheme?.extraKeys.rawValue ?? "own",
            ]
        )
    }
}

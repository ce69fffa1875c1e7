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
        // The one that the snapshot is of, until a topic names one.
        let model = restored.holders.first.flatMap { context.spaces.space($0.space)?.model }
        blocks = PublisherBlocks(of: cache, model: model ?? context.config.model, in: context)
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
        guard blocks.isDecided else { return try search(payload, isRepeated: isRepeated) }
        try applyNow(payload, isRepeated: isRepeated)
        guard blocks.search.isRefuted else { return }
        blocks.reopen()
        unreport()
        try search(payload, isRepeated: isRepeated)
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

    /// What the snapshot had is right: the stream that it was made from goes on. Batches that wait
    /// by now are applied over it.
    package mutating func confirmRestored() {
        guard !blocks.isDecided, let model = restoredModel else { return }
        if model != blocks.model {
            waiting.removeAll()
            blocks = PublisherBlocks(of: cache, model: model, in: context)
        }
        blocks.confirm(restored)
        closeRestored()
        guard blocks.isDecided else { return }
        report()
        for batch in waiting.takeAll() {
            // Each was read once already, so none is broken.
            try? applyNow(batch.payload.span, isRepeated: true)
        }
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

    /// The engine's hash of each confirmed block that is under a key of ours, with that key. Of a
    /// hash with several keys, the one that ends last comes last.
    package func forEachEngineKey(_ body: (EngineBlockHash, BlockKey) -> Void) {
        guard let mapped = blocks.mapped else { return }
        let holders = mapped.holders
        for isLastPart in [false, true] {
            mapped.map.forEach { entry in
                guard entry.isLastPart == isLastPart, holders.contains(entry.key) else { return }
                body(entry.hash, entry.key)
            }
        }
    }

    private var restoredModel: String? {
        restored.holders.first.flatMap { context.spaces.space($0.space)?.model }
    }

    private mutating func startOver(for model: String) {
        hasMissed = false
        waiting.removeAll()
        closeRestored()
        blocks.end()
        unreport()
        blocks = PublisherBlocks(of: cache, model: model, in: context)
    }

    private mutating func closeRestored() {
        for holder in restored.holders {
            if !blocks.owns(holder.id) { context.index.close(holder.id) }
            context.spaces.leave(holder.space)
        }
        restored = .none
    }

    /// Applies a batch, and all that wait, if it is known then how to read them. It waits if not.
    private mutating func search(
        _ payload: Span<UInt8>,
        isRepeated: Bool
    ) throws(MessagePackError) {
        _ = try decoder.decode(payload, into: &blocks.search)
        if !decide(), blocks.search.isLong || !waiting.hasRoom(for: payload) {
            blocks.settle(restored: restored.holders)
            _ = decide()
        }
        guard blocks.isDecided else { return waiting.append(payload, isRepeated: isRepeated) }
        try applyWaiting()
        try applyNow(payload, isRepeated: isRepeated)
    }

    private mutating func applyWaiting() throws(MessagePackError) {
        for batch in waiting.takeAll() {
            // Each was read once already, so none is broken.
            try applyNow(batch.payload.span, isRepeated: batch.isRepeated)
        }
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
        if cache != .shared {
            hasMissed = hasMissed || !restored.holders.isEmpty
            closeRestored()
        }
        report()
        return true
    }

    private mutating func unreport() {
        if let keyMode { context.metrics.keyMode(keyMode, of: endpointName).set(0) }
        keyMode = nil
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
                "is_assumed": String(blocks.search.isAssumed),
                "extra_keys": scheme?.extraKeys.rawValue ?? "own",
            ]
        )
    }
}

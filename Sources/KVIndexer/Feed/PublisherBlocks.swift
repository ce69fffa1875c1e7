import BlockKeys
import Domain
import KVEvents

/// Everything that one publisher's engine holds, and how each of its events changes that. Belongs
/// to one thread.
///
/// Blocks are under the engine's own hashes where it is known how those are computed, and under
/// keys of our own where not. An engine may have some of each: if it hashes something of LoRA
/// adapters that it does not tell, or nothing of cache salts. Such blocks, and all that follows
/// them, go under our own keys, so that nothing matches that differs.
struct PublisherBlocks: ~Copyable {
    let cache: CacheID
    let model: String
    let context: FeedContext
    /// How to hash: nil if blocks are under our own keys alone.
    var hashed: EngineHashBlocks?
    /// Nil until something is put there.
    var mapped: RequestKeyBlocks?
    var shared: SharedStorageBlocks?
    var search: SchemeSearch
    var group = MainGroup.unknown
    var scopes = ScopeNumbers()
    var reproduced = ReproducedScopes()
    var isDecided = false
    var hashesScopes = false
    var keyMode = KVIndexerMetrics.KeyMode.none
    /// Whether events were lost since the engine had no blocks.
    private var hasMissed = false
    var isRepeated = false
    /// First blocks of prompts in the present batch.
    var begun: Set<EngineBlockHash> = []
    /// Reused from event to event.
    var tokens: [TokenID] = []

    init(of cache: CacheID, model: String, in context: FeedContext) {
        self.cache = cache
        self.model = model
        self.context = context
        search = SchemeSearch(for: model, context.config.keys)
        if cache == .shared { shared = SharedStorageBlocks(in: context) }
    }

    mutating func beginBatch(isRepeated: Bool) {
        self.isRepeated = isRepeated
        begun.removeAll(keepingCapacity: true)
        shared?.follow(model)
    }

    /// The engine has no blocks any more.
    mutating func clear() {
        hashed?.close()
        mapped?.close()
        shared?.close()
        group = .unknown
        scopes.removeAll()
        hasMissed = false
    }

    mutating func becomeUncertain() {
        hasMissed = true
        hashed?.becomeUncertain()
        mapped?.becomeUncertain()
        shared?.becomeUncertain()
    }

    mutating func dropUncertain() {
        hashed?.dropUncertain()
        mapped?.dropUncertain()
        shared?.dropUncertain()
    }

    /// Forgets the blocks, and that lookups may ask for them.
    mutating func end() {
        clear()
        if let hashed { context.spaces.leave(hashed.space) }
        if let mapped { context.spaces.leave(mapped.holders.space) }
        hashed = nil
        mapped = nil
    }

    func skip(_ reason: KVIndexerMetrics.SkippedStore?) {
        if let reason { context.metrics.skip(reason) }
    }
}

extension PublisherBlocks: EventVisitor {
    mutating func stored(_ stored: borrowing StoredBlocks, in payload: Span<UInt8>) {
        guard group.counts(stored) else { return skip(.unsupportedCacheKind) }
        if search.isAssumed, stored.parent == nil { search.stored(stored, in: payload) }
        let hashes = stored.hashes
        if shared != nil {
            return skip(shared?.store(hashes.span, tier: stored.tier, model: model))
        }
        if stored.tokens.isEmpty { return storeNamed(stored) }
        if let reason = reasonToSkip(stored) { return skip(reason) }
        guard let number = scopes.number(adapter: stored.adapterName, salt: stored.cacheSalt) else {
            return skip(.tooManyScopes)
        }
        let rule = copyRule(of: stored)
        if hashed != nil, isHashed(stored, numbered: number, in: payload) {
            skip(
                hashed?.store(hashes.span, after: stored.parent, tier: stored.tier, counting: rule)
            )
        } else {
            storeMapped(stored, numbered: number, counting: rule, in: payload)
        }
    }

    mutating func removed(_ removed: borrowing RemovedBlocks) {
        guard group.counts(removed) || shared != nil else {
            return context.metrics.skip(.unknownGroup)
        }
        let hashes = removed.hashes
        shared?.remove(hashes.span, tier: removed.tier, model: model)
        if mapped?.isEmpty == false {
            // Of engines that do not hash scopes, one hash may be in both.
            mapped?.remove(hashes.span, tier: removed.tier)
        }
        hashed?.remove(hashes.span, tier: removed.tier)
    }

    mutating func allBlocksCleared() { clear() }
}

extension PublisherBlocks {
    /// Blocks that the engine only names, as it does when it copies them to a slower tier.
    private mutating func storeNamed(_ stored: borrowing StoredBlocks) {
        let hashes = stored.hashes
        let counting: CopyCounting = isRepeated ? .onlyFirst : .everyCopy
        guard hashed != nil else {
            guard mapped != nil else { return skip(.unknownBlock) }
            let reason = mapped?.storeNamed(hashes.span, tier: stored.tier, counting: counting)
            return skip(reason ?? nil)
        }
        let rule: CopyRule = isRepeated ? .onlyFirst : .everyCopy
        guard hashesScopes || areAllPlain(hashes) else { return skip(.unknownBlock) }
        guard mapped?.isEmpty == false else {
            return skip(hashed?.store(hashes.span, after: nil, tier: stored.tier, counting: rule))
        }
        for hash in hashes {
            let one = [hash]
            if mapped?.knows(hash) == true {
                let reason = mapped?.storeNamed(one.span, tier: stored.tier, counting: counting)
                skip(reason ?? nil)
            } else {
                skip(hashed?.store(one.span, after: nil, tier: stored.tier, counting: rule))
            }
        }
    }

    /// Whether the hashes, which do not tell scopes from each other, are of blocks without any.
    /// They are if nothing else was announced, and nothing was missed that could have been.
    private func areAllPlain(_ hashes: [EngineBlockHash]) -> Bool {
        !hasMissed && scopes.isEmpty && hashes.allSatisfy { hashed?.contains($0) == true }
    }

    private mutating func storeMapped(
        _ stored: borrowing StoredBlocks,
        numbered number: ScopeNumber,
        counting rule: CopyRule,
        in payload: Span<UInt8>
    ) {
        guard keyMode != .none else { return skip(.unknownScheme) }
        if stored.adapterID != nil, stored.adapterName == nil { return skip(.unnamedAdapter) }
        if stored.hasUnreadableExtras { return skip(.unreadableExtras) }
        guard openMapped() else { return skip(.tooManyHolders) }
        read(stored, in: payload)
        let announced = BlockKeyScope(of: stored, in: payload, model: model)
        guard
            let scope = announced.fitting(
                stored.blockSize,
                context.config.blockSize,
                isFirst: stored.parent == nil
            )
        else { return skip(.imagesOfOtherSize) }
        let hashes = stored.hashes
        let tokens = tokens
        let event = RequestKeyBlocks.Stored(
            hashes: hashes.span,
            after: stored.parent,
            tokens: tokens.span,
            blockSize: stored.blockSize,
            in: scope,
            numbered: number,
            tier: stored.tier,
            counting: rule
        )
        let reason = mapped?.store(event)
        skip(reason ?? nil)
    }

    private func reasonToSkip(
        _ stored: borrowing StoredBlocks
    ) -> KVIndexerMetrics.SkippedStore? {
        guard stored.blockSize > 0 else { return .invalidBlockSize }
        let (count, overflow) = stored.hashes.count.multipliedReportingOverflow(
            by: stored.blockSize
        )
        if overflow || stored.tokens.elementCount != count { return .nonDenseBlockSpan }
        return nil
    }

    private mutating func copyRule(of stored: borrowing StoredBlocks) -> CopyRule {
        if isRepeated { return .onlyFirst }
        guard stored.parent == nil, let first = stored.hashes.first else { return .everyCopy }
        let isFirstInBatch = begun.insert(first).inserted
        guard isFirstInBatch, stored.hashes.count > 1 else { return .everyCopy }
        return hasMissed ? .onlyFirst : .leadingOnlyFirst
    }

    mutating func read(_ stored: borrowing StoredBlocks, in payload: Span<UInt8>) {
        tokens.removeAll(keepingCapacity: true)
        stored.tokens.appendTokens(in: payload, to: &tokens)
    }
}

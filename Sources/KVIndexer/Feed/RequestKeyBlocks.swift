import BlockKeys
import Domain
import KVEvents

/// One publisher's blocks under keys of our own, made from the tokens that it announces. Belongs
/// to one thread.
///
/// The engine's blocks need not be as large as ours: a larger one that ours divide stands for
/// several, a smaller one that divides ours for a part of one. A removal takes with it every
/// block of ours that the engine's had a part in.
struct RequestKeyBlocks: Sendable {
    /// One stored event, read from its payload.
    struct Stored: ~Escapable {
        let hashes: Span<EngineBlockHash>
        let parent: EngineBlockHash?
        let tokens: Span<TokenID>
        let blockSize: Int
        let scope: BlockKeyScope
        let number: ScopeNumber
        let tier: CacheTier
        let counting: CopyRule

        @_lifetime(copy hashes, copy tokens)
        init(
            hashes: Span<EngineBlockHash>,
            after parent: EngineBlockHash?,
            tokens: Span<TokenID>,
            blockSize: Int,
            in scope: BlockKeyScope,
            numbered number: ScopeNumber,
            tier: CacheTier,
            counting: CopyRule
        ) {
            self.hashes = hashes
            self.parent = parent
            self.tokens = tokens
            self.blockSize = blockSize
            self.scope = scope
            self.number = number
            self.tier = tier
            self.counting = counting
        }
    }

    let hasher: BlockKeyHasher
    let blocksMax: Int
    private(set) var holders: CacheHolders
    var map = EngineKeyMap()
    var pages: EnginePageMap?
    /// Reused from event to event.
    var keys: [BlockKey] = []
    var blockTokens: [TokenID] = []

    init(hasher: BlockKeyHasher, holders: CacheHolders, blocksMax: Int) {
        self.hasher = hasher
        self.holders = holders
        self.blocksMax = blocksMax
    }

    private var isAmbiguous = false
    /// Whether the map may have keys of restored blocks.
    private var hasKept = false

    var count: Int { map.count + (pages?.count ?? 0) }
    var isEmpty: Bool { count == 0 }
    private var blockSize: Int { hasher.blockSize.tokenCount }

    /// Whether a block that follows this one can be stored.
    func contains(_ hash: EngineBlockHash, in scope: ScopeNumber) -> Bool {
        if pages?[.init(hash, in: scope)] != nil { return true }
        return map.lastKey(of: hash, in: scope) != nil
    }

    /// Whether the hash stands for any key, in any scope.
    func knows(_ hash: EngineBlockHash) -> Bool {
        if let pages, !pages.ids(of: hash).isEmpty { return true }
        return map.contains(hash)
    }

    /// - Returns: why some of it is not stored, if so.
    mutating func store(_ stored: borrowing Stored) -> KVIndexerMetrics.SkippedStore? {
        if isAmbiguous { return .ambiguousHash }
        let size = stored.blockSize
        guard size > 0, size.isMultiple(of: blockSize) || blockSize.isMultiple(of: size) else {
            return .invalidBlockSize
        }
        return size < blockSize ? storePages(stored) : storeBlocks(stored)
    }

    /// Stores blocks that the engine only names, as it does when it copies them to a slower tier.
    mutating func storeNamed(
        _ hashes: Span<EngineBlockHash>,
        tier: CacheTier,
        counting: CopyCounting
    ) -> KVIndexerMetrics.SkippedStore? {
        var skipped: KVIndexerMetrics.SkippedStore?
        keys.removeAll(keepingCapacity: true)
        for index in hashes.indices {
            let hash = hashes[index]
            guard !map.isInSeveralScopes(hash) else {
                skipped = .unknownBlock  // nothing tells which of them it is
                continue
            }
            let count = keys.count
            map.appendKeys(of: hash, to: &keys)
            map.addCopy(of: hash, in: tier, counting: counting)
            let isPage = storeNamedPage(hash, tier: tier, counting: counting)
            if keys.count == count, !isPage { skipped = .unknownBlock }
        }
        let known = counting == .onlyFirst ? keys.count : 0
        return put(known: known, after: nil, tier: tier) ?? skipped
    }

    mutating func remove(_ hashes: Span<EngineBlockHash>, tier: CacheTier) {
        keys.removeAll(keepingCapacity: true)
        for index in hashes.indices {
            map.appendKeys(of: hashes[index], to: &keys)
            map.removeCopy(of: hashes[index], in: tier)
            pages?.removeCopy(of: hashes[index], in: tier, brokenKeys: &keys)
        }
        let keys = keys
        holders.remove(keys.span, tier: tier)
        guard hasKept else { return }
        let holders = holders
        for index in hashes.indices { map.removeKept(hashes[index]) { holders.contains($0) } }
    }

    /// An uncertain holder turns out to be right. How many copies its blocks have, and in which
    /// tiers, is not known: their keys are kept until the index has lost their blocks.
    mutating func confirm(
        _ holder: HolderID,
        _ engineKeys: [(hash: EngineBlockHash, key: BlockKey)]
    ) {
        holders.confirm(holder)
        hasKept = true
        var ended: Set<EngineBlockHash> = []
        for engineKey in engineKeys.reversed() {
            let isLast = ended.insert(engineKey.hash).inserted
            map.keep(
                EngineKeyMap.Entry(hash: engineKey.hash, key: engineKey.key, isLastPart: isLast)
            )
        }
    }

    mutating func becomeUncertain() {
        holders.becomeUncertain()
        pages?.forgetCopies()
    }

    mutating func dropUncertain() {
        guard !holders.uncertain.isEmpty else { return }
        holders.dropUncertain()
        let holders = holders
        map.keepOnly { holders.contains($0) }
        pages?.removePagesWithoutCopies()
    }

    mutating func close() {
        holders.close()
        map.removeAll()
        pages = nil
        isAmbiguous = false
        hasKept = false
    }

    /// Puts `keys` into the index.
    mutating func put(
        known: Int,
        after parent: BlockKey?,
        tier: CacheTier
    ) -> KVIndexerMetrics.SkippedStore? {
        let keys = keys
        return holders.store(keys.span, known: known, after: parent, tier: tier)
            ? nil : .tooManyHolders
    }

    private mutating func storeBlocks(
        _ stored: borrowing Stored
    ) -> KVIndexerMetrics.SkippedStore? {
        var parent: BlockKey?
        if let hash = stored.parent {
            parent = keyBehind(hash, in: stored.number)
            if parent == nil { return .unknownParent }
        }
        let parts = stored.blockSize / blockSize
        guard parts <= EngineKeyMap.keysPerHashMax else { return .invalidBlockSize }
        guard count + stored.hashes.count * parts <= blocksMax else { return .tooManyBlocks }
        keys.removeAll(keepingCapacity: true)
        hasher.appendKeys(for: stored.tokens, in: stored.scope, after: parent, to: &keys)
        let whole = min(keys.count / parts, stored.hashes.count)
        keys.removeSubrange((whole * parts)...)
        let known = stored.counting.leadingBlocks(
            of: keys,
            in: holders,
            tier: stored.tier,
            parts: parts
        )
        var skipped: KVIndexerMetrics.SkippedStore?
        for place in keys.indices {
            let block = place / parts
            let entry = EngineKeyMap.Entry(
                hash: stored.hashes[block],
                key: keys[place],
                scope: stored.number,
                isLastPart: (place + 1).isMultiple(of: parts)
            )
            let counting: CopyCounting = block < known ? .onlyFirst : .everyCopy
            switch map.insert(entry, in: stored.tier, counting: counting) {
            case .stored: continue
            case .tooManyKeys: skipped = .tooManyBlocks
            case .ambiguous: return refuseAll()
            }
            keys.removeSubrange((block * parts)...)
            break
        }
        if whole < stored.hashes.count { skipped = skipped ?? .unindexableTokens }
        return put(known: known * parts, after: parent, tier: stored.tier) ?? skipped
    }

    /// The engine's hash does not tell what comes before a block, so what follows one is not
    /// known either (SGLang 0.5.4 and earlier). None of its blocks can be told from others'.
    mutating func refuseAll() -> KVIndexerMetrics.SkippedStore {
        close()
        isAmbiguous = true
        return .ambiguousHash
    }

    /// The key of the block that ends where this one ends.
    private func keyBehind(_ hash: EngineBlockHash, in scope: ScopeNumber) -> BlockKey? {
        if let key = map.lastKey(of: hash, in: scope) { return key }
        guard let pages, let page = pages[.init(hash, in: scope)] else { return nil }
        let isLast = (Int(page.ordinal) + 1) * pages.pageSize == blockSize
        return isLast ? page.key : nil
    }
}

import BlockKeys
import Domain

/// Where the next page goes: in which block of ours, and behind which of its pages.
private struct PagePlace {
    var previous: EnginePageMap.PageID?
    var keyBefore: BlockKey?
    var ordinal: UInt16 = 0
}

extension RequestKeyBlocks {
    /// Stores blocks that are a fraction of ours.
    mutating func storePages(_ stored: borrowing Stored) -> KVIndexerMetrics.SkippedStore? {
        guard count + stored.hashes.count <= blocksMax else { return .tooManyBlocks }
        var pages = pages.take() ?? EnginePageMap(pageSize: stored.blockSize)
        defer { self.pages = pages }
        guard pages.pageSize == stored.blockSize else { return .invalidBlockSize }
        blockTokens.removeAll(keepingCapacity: true)
        var extras: [BlockExtra] = []
        guard var place = place(behind: stored.parent, in: stored.number, pages, &extras) else {
            return .unknownParent
        }
        keys.removeAll(keepingCapacity: true)
        let parent = place.keyBefore
        var isLeading = stored.counting != .everyCopy
        let whole = min(stored.hashes.count, stored.tokens.count / pages.pageSize)
        for index in 0..<whole {
            let pageExtras = stored.scope.extras.filter { $0.block == index }
            let id = EnginePageMap.PageID(stored.hashes[index], in: stored.number)
            isLeading =
                stored.counting == .onlyFirst || isLeading && pages.holds(id, in: stored.tier)
            let known = add(index, of: stored, at: place, to: &pages, pageExtras)
            if known == .ambiguousHash {
                pages = EnginePageMap(pageSize: pages.pageSize)
                return refuseAll()
            }
            if known != nil {
                return put(known: keys.count, after: parent, tier: stored.tier) ?? known
            }
            pages.addCopy(of: id, in: stored.tier, counting: isLeading ? .onlyFirst : .everyCopy)
            extras += pageExtras
            guard let next = advance(place, past: index, of: stored, in: &pages, &extras) else {
                return put(known: keys.count, after: parent, tier: stored.tier)
                    ?? .unindexableTokens
            }
            place = next
        }
        let skipped = put(known: keys.count, after: parent, tier: stored.tier)
        return skipped ?? (whole < stored.hashes.count ? .unindexableTokens : nil)
    }

    /// Notes that a page that the engine only names is in one more tier. The block that it ends
    /// is there as soon as all its pages are, if they are named in their order.
    mutating func storeNamedPage(
        _ hash: EngineBlockHash,
        tier: CacheTier,
        counting: CopyCounting
    ) -> Bool {
        guard var pages = pages.take() else { return false }
        defer { self.pages = pages }
        let ids = pages.ids(of: hash)
        for id in ids {
            pages.addCopy(of: id, in: tier, counting: counting)
            guard let page = pages[id], isLast(page, in: pages), let key = page.key else {
                continue
            }
            if pages.complete(key, at: id, in: tier) { keys.append(key) }
        }
        return !ids.isEmpty
    }

    /// The place behind a block or page. Leaves the contents of the pages before it in the same
    /// block in `blockTokens` and `extras`. Nil if it is not known.
    private mutating func place(
        behind parent: EngineBlockHash?,
        in scope: ScopeNumber,
        _ pages: EnginePageMap,
        _ extras: inout [BlockExtra]
    ) -> PagePlace? {
        guard let parent else { return PagePlace() }
        let id = EnginePageMap.PageID(parent, in: scope)
        guard let page = pages[id] else {
            return map.lastKey(of: parent, in: scope).map { PagePlace(keyBefore: $0) }
        }
        if isLast(page, in: pages) { return page.key.map { PagePlace(keyBefore: $0) } }
        guard pages.appendContents(upTo: id, to: &blockTokens, &extras) else { return nil }
        return PagePlace(previous: id, keyBefore: page.keyBefore, ordinal: page.ordinal + 1)
    }

    /// Adds one page, if it is not there.
    private mutating func add(
        _ index: Int,
        of stored: borrowing Stored,
        at place: PagePlace,
        to pages: inout EnginePageMap,
        _ extras: [BlockExtra]
    ) -> KVIndexerMetrics.SkippedStore? {
        let hash = stored.hashes[index]
        let id = EnginePageMap.PageID(hash, in: stored.number)
        if let known = pages[id] {
            guard known.ordinal == place.ordinal, known.previous == place.previous,
                known.keyBefore == place.keyBefore
            else { return .ambiguousHash }
        } else {
            let first = index * pages.pageSize
            let page = EnginePageMap.Page(
                previous: place.previous,
                keyBefore: place.keyBefore,
                ordinal: place.ordinal
            )
            let isInserted = pages.insert(
                page,
                as: hash,
                in: stored.number,
                tokens: stored.tokens.extracting(first..<first + pages.pageSize),
                extras: extras
            )
            guard isInserted else { return .tooManyBlocks }
        }
        return nil
    }

    /// Goes on behind a page that was added. If it was the last of its block, that block's key is
    /// appended to `keys`. Nil if it has none, so that what follows has none either.
    private mutating func advance(
        _ place: PagePlace,
        past index: Int,
        of stored: borrowing Stored,
        in pages: inout EnginePageMap,
        _ extras: inout [BlockExtra]
    ) -> PagePlace? {
        let id = EnginePageMap.PageID(stored.hashes[index], in: stored.number)
        let first = index * pages.pageSize
        for place in first..<first + pages.pageSize { blockTokens.append(stored.tokens[place]) }
        guard blockTokens.count == hasher.blockSize.tokenCount else {
            return PagePlace(previous: id, keyBefore: place.keyBefore, ordinal: place.ordinal + 1)
        }
        var scope = stored.scope
        scope.extras = wholeBlock(extras)
        var whole: [BlockKey] = []
        let tokens = blockTokens
        hasher.appendKeys(for: tokens.span, in: scope, after: place.keyBefore, to: &whole)
        blockTokens.removeAll(keepingCapacity: true)
        extras = []
        guard let key = whole.first else { return nil }
        if pages.complete(key, at: id, in: stored.tier) { keys.append(key) }
        return PagePlace(keyBefore: key)
    }

    /// What a block of ours holds whose pages hold these: each once.
    private func wholeBlock(_ extras: [BlockExtra]) -> [BlockExtra] {
        var whole: [BlockExtra] = []
        for extra in extras where !whole.contains(where: { $0.identifier == extra.identifier }) {
            whole.append(BlockExtra(block: 0, identifier: extra.identifier, kind: extra.kind))
        }
        return whole
    }

    private func isLast(_ page: EnginePageMap.Page, in pages: EnginePageMap) -> Bool {
        (Int(page.ordinal) + 1) * pages.pageSize == hasher.blockSize.tokenCount
    }
}

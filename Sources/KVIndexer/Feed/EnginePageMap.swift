import BlockKeys
import Domain

/// One publisher's blocks by the engine's own hash, of an engine whose blocks are a fraction of
/// ours. Here they are called pages: so many of them, one after another, are a block of ours.
///
/// A page is known from its announcement on, as prompts may part behind any page. It says where
/// in its block it lies, and which of our blocks it is part of. Belongs to one thread.
///
/// A block that has lost a page in its middle is whole again once its last page is announced
/// again. Engines with small pages keep them in a tree, of which they evict only leaves.
struct EnginePageMap: Sendable {
    struct Page: Sendable {
        /// The page before it in the same block.
        var previous: PageID?
        /// The block of ours before its own. Nil at the beginning of a prompt.
        var keyBefore: BlockKey?
        /// Counts the pages of a block from 0.
        var ordinal: UInt16
        /// Since events were last lost. By tier.
        var copies = SIMD4<UInt8>()
        /// A whole block of ours that it is part of. A last page is part of one only.
        fileprivate(set) var key: BlockKey?
        fileprivate var slot: Int32 = 0
        fileprivate var hasFurtherKeys = false

        init(previous: PageID?, keyBefore: BlockKey?, ordinal: UInt16) {
            self.previous = previous
            self.keyBefore = keyBefore
            self.ordinal = ordinal
        }
    }

    /// A page's hash; of pages in a scope that the engine does not hash, one mixed of both.
    struct PageID: Hashable, Sendable, BitwiseCopyable {
        fileprivate let rawValue: UInt64

        init(_ hash: EngineBlockHash, in scope: ScopeNumber) {
            let number = UInt64(scope.rawValue) &* 0x9E37_79B9_7F4A_7C15
            rawValue = hash.rawValue ^ number ^ number >> 29
        }
    }

    let pageSize: Int
    private var pages: [PageID: Page] = [:]
    private var scopes: [EngineBlockHash: [ScopeNumber]] = [:]
    private var furtherKeys: [PageID: [BlockKey]] = [:]
    private var extras: [PageID: [BlockExtra]] = [:]
    private var tokens: [TokenID] = []
    private var freeSlots: [Int32] = []
    /// Whether any page may have copies.
    private var hasCopies = false

    /// - Parameter pageSize: Tokens in a page.
    init(pageSize: Int) { self.pageSize = pageSize }

    var count: Int { pages.count }

    subscript(id: PageID) -> Page? { pages[id] }

    /// Whether the engine is known to have the page in that tier.
    func holds(_ id: PageID, in tier: CacheTier) -> Bool {
        (pages[id]?.copies[Int(tier.rawValue)] ?? 0) > 0
    }

    /// - Returns: false if the hash has too many scopes, or the map too many pages.
    mutating func insert(
        _ page: Page,
        as hash: EngineBlockHash,
        in scope: ScopeNumber,
        tokens pageTokens: Span<TokenID>,
        extras pageExtras: [BlockExtra]
    ) -> Bool {
        if scope != .plain {
            guard scopes[hash, default: []].count < EngineKeyMap.keysPerHashMax else {
                return false
            }
            scopes[hash, default: []].append(scope)
        }
        var page = page
        if let free = freeSlots.popLast() {
            page.slot = free
            let first = Int(free) * pageSize
            for index in pageTokens.indices { tokens[first + index] = pageTokens[index] }
        } else {
            guard let slot = Int32(exactly: tokens.count / pageSize) else { return false }
            page.slot = slot
            for index in pageTokens.indices { tokens.append(pageTokens[index]) }
        }
        let id = PageID(hash, in: scope)
        pages[id] = page
        if !pageExtras.isEmpty { extras[id] = pageExtras }
        return true
    }

    mutating func addCopy(of id: PageID, in tier: CacheTier, counting: CopyCounting) {
        guard var page = pages[id] else { return }
        let place = Int(tier.rawValue)
        if counting == .onlyFirst, page.copies[place] > 0 { return }
        if page.copies[place] < .max { page.copies[place] += 1 }
        pages[id] = page
        hasCopies = true
    }

    /// All scopes that the engine has announced the hash in.
    func ids(of hash: EngineBlockHash) -> [PageID] {
        let plain = PageID(hash, in: .plain)
        var ids = pages[plain] == nil ? [] : [plain]
        for scope in scopes[hash] ?? [] { ids.append(PageID(hash, in: scope)) }
        return ids
    }

    /// Appends the tokens of the page and of those before it in its block, in their order, and
    /// what else they hold.
    ///
    /// - Returns: false if one of the pages has been forgotten.
    func appendContents(
        upTo id: PageID,
        to blockTokens: inout [TokenID],
        _ blockExtras: inout [BlockExtra]
    ) -> Bool {
        var path: [PageID] = []
        var next: PageID? = id
        while let id = next {
            path.append(id)
            guard let page = pages[id] else { return false }
            next = page.previous
        }
        for id in path.reversed() {
            guard let page = pages[id] else { return false }
            let first = Int(page.slot) * pageSize
            blockTokens.append(contentsOf: tokens[first..<first + pageSize])
            blockExtras.append(contentsOf: extras[id] ?? [])
        }
        return true
    }

    /// Notes that the page and those before it make a whole block of ours.
    ///
    /// - Returns: whether all of them are in the tier.
    mutating func complete(_ key: BlockKey, at last: PageID, in tier: CacheTier) -> Bool {
        var isWhole = true
        var next: PageID? = last
        while let id = next {
            guard var page = pages[id] else { return false }
            let isLinked = link(&page, id, to: key)
            isWhole = isWhole && isLinked && page.copies[Int(tier.rawValue)] > 0
            pages[id] = page
            next = page.previous
        }
        return isWhole
    }

    /// Counts one copy less of each page of that hash, and appends the blocks that are not whole
    /// in the tier any more.
    mutating func removeCopy(
        of hash: EngineBlockHash,
        in tier: CacheTier,
        brokenKeys: inout [BlockKey]
    ) {
        for id in ids(of: hash) {
            guard var page = pages[id] else { continue }
            let place = Int(tier.rawValue)
            if page.copies[place] > 0 { page.copies[place] -= 1 }
            pages[id] = page
            guard page.copies[place] == 0 else { continue }
            if let key = page.key { brokenKeys.append(key) }
            if page.hasFurtherKeys { brokenKeys.append(contentsOf: furtherKeys[id] ?? []) }
            if page.copies == SIMD4() { forget(page, id, hash) }
        }
    }

    /// Takes all copies for lost until they are announced again. Costs nothing if none was since.
    mutating func forgetCopies() {
        guard hasCopies else { return }
        hasCopies = false
        for id in Array(pages.keys) { pages[id]?.copies = SIMD4() }
    }

    /// Forgets pages that were not announced since copies were lost.
    mutating func removePagesWithoutCopies() {
        for (id, page) in pages where page.copies == SIMD4() { free(page, id) }
        for (hash, known) in scopes {
            let left = known.filter { pages[PageID(hash, in: $0)] != nil }
            scopes[hash] = left.isEmpty ? nil : left
        }
    }

    private mutating func link(_ page: inout Page, _ id: PageID, to key: BlockKey) -> Bool {
        if page.key == nil { page.key = key }
        if page.key == key { return true }
        let known = furtherKeys[id] ?? []
        if known.contains(key) { return true }
        guard known.count < EngineKeyMap.keysPerHashMax else { return false }
        furtherKeys[id, default: []].append(key)
        page.hasFurtherKeys = true
        return true
    }

    private mutating func forget(_ page: Page, _ id: PageID, _ hash: EngineBlockHash) {
        free(page, id)
        guard var left = scopes[hash] else { return }
        left.removeAll { PageID(hash, in: $0) == id }
        scopes[hash] = left.isEmpty ? nil : left
    }

    private mutating func free(_ page: Page, _ id: PageID) {
        pages[id] = nil
        freeSlots.append(page.slot)
        if page.hasFurtherKeys { furtherKeys[id] = nil }
        if !extras.isEmpty { extras[id] = nil }
    }
}

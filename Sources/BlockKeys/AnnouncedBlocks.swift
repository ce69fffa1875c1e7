package import Domain

/// Consecutive blocks of one prompt, as an engine's event announces them. Borrows its lists.
package struct AnnouncedBlocks: ~Escapable {
    package let hashes: Span<EngineBlockHash>
    package let tokens: Span<TokenID>
    /// The event's own.
    package let blockSize: Int
    /// The block before the first one. Nil if that one begins the prompt.
    package let parent: EngineBlockHash?
    /// As far as the event tells. A salt may be among the extras instead, as a medium without
    /// offset behind the first block's others; an adapter's path is never announced.
    package let scope: BlockKeyScope

    @_lifetime(copy hashes, copy tokens)
    package init(
        hashes: Span<EngineBlockHash>,
        tokens: Span<TokenID>,
        blockSize: Int,
        after parent: EngineBlockHash?,
        in scope: BlockKeyScope
    ) {
        self.hashes = hashes
        self.tokens = tokens
        self.blockSize = blockSize
        self.parent = parent
        self.scope = scope
    }
}

extension AnnouncedBlocks {
    static let blockTokensMax = 8192
    static let comparedMax = 256

    /// How many blocks to compare: more would prove no more.
    var comparedCount: Int { min(hashes.count, Self.comparedMax) }

    /// Whether each block has its tokens, and what is to be compared includes every extra.
    var isComparable: Bool {
        let (count, overflow) = hashes.count.multipliedReportingOverflow(by: blockSize)
        return 1...Self.blockTokensMax ~= blockSize && !overflow && count > 0
            && tokens.count == count && scope.extras.allSatisfy { 0..<comparedCount ~= $0.block }
    }

    /// The scope with the salt in its place, for schemes that hash it in another form than media.
    func scope(in scheme: BlockKeyScheme) -> BlockKeyScope {
        var scope = scope
        guard parent == nil, scope.cacheSalt == nil, scheme.hashesMediaOffsets,
            let place = scope.extras.lastIndex(where: { $0.mayBeSalt })
        else { return scope }
        scope.cacheSalt = String(decoding: scope.extras.remove(at: place).identifier, as: UTF8.self)
        return scope
    }

    /// Whether a hasher names a block as announced. Moves the chain behind it.
    func has(
        _ block: Int,
        in scope: BlockKeyScope,
        after chain: inout BlockKeyChain,
        by hasher: BlockKeyHasher
    ) -> Bool {
        var blockScope = scope
        blockScope.extras = scope.extras.filter { $0.block == block }
        for index in blockScope.extras.indices { blockScope.extras[index].block = 0 }
        let first = block * blockSize
        var keys: [BlockKey] = []
        hasher.appendKeys(
            for: tokens.extracting(first..<first + blockSize),
            in: blockScope,
            continuing: &chain,
            to: &keys
        )
        return keys.first?.rawValue == hashes[block].rawValue
    }
}

extension BlockExtra {
    fileprivate var mayBeSalt: Bool { block == 0 && kind == .media && offset == nil }
}

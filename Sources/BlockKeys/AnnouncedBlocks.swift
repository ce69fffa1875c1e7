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
    static let extrasMax = 4096

    /// How many blocks to compare: more would prove no more.
    var comparedCount: Int { min(hashes.count, Self.comparedMax) }

    /// The scope of the blocks to compare. Nil if they cannot be: if not each block has its
    /// tokens, or if no extra is in those that would be compared.
    var comparedScope: BlockKeyScope? {
        let (count, overflow) = hashes.count.multipliedReportingOverflow(by: blockSize)
        guard 1...Self.blockTokensMax ~= blockSize, !overflow, count > 0, tokens.count == count
        else { return nil }
        guard !scope.extras.isEmpty else { return scope }
        let blockCount = comparedCount
        var compared = scope
        compared.extras = Array(
            scope.extras.lazy.filter { $0.block < blockCount }.prefix(Self.extrasMax + 1)
        )
        return 1...Self.extrasMax ~= compared.extras.count ? compared : nil
    }

    /// Whether a hasher names a block as announced. Moves the chain behind it.
    ///
    /// - Parameter blockScope: Of this block alone, which it counts as 0.
    func has(
        _ block: Int,
        in blockScope: BlockKeyScope,
        after chain: inout BlockKeyChain,
        by hasher: BlockKeyHasher
    ) -> Bool {
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

package import Domain

/// Turns tokens into chained block keys, the same for prompts and for what engines announce.
///
/// The keys are those that llm-d calls `xxh64` request keys: XXH64 over the parent's key, the
/// block's tokens, and each extra with its length, all numbers in little-endian order. The chain
/// starts from the seed's hash, hashed with the model's name.
package struct BlockKeyHasher: Sendable {
    package let blockSize: BlockSize
    private let seedHash: UInt64

    /// - Parameter seed: Keys of different seeds never match. llm-d's default is empty.
    package init(blockSize: BlockSize, seed: String = "") {
        self.blockSize = blockSize
        seedHash = XXHash64.hash(seed.utf8.span)
    }

    /// Appends one key for each full block of `tokens`. A last, partial block has no key, because
    /// engines only share whole blocks. Allocates at most once, when `keys` has no room.
    ///
    /// - Parameter parent: The key of the block before the first token. The salt is only hashed
    ///   without one: later blocks inherit it.
    package func appendKeys(
        for tokens: Span<TokenID>,
        in scope: BlockKeyScope,
        after parent: BlockKey? = nil,
        to keys: inout [BlockKey]
    ) {
        let blockCount = tokens.count / blockSize.tokenCount
        keys.reserveCapacity(keys.count + blockCount)
        let salt = parent == nil ? scope.cacheSalt : nil
        var previous = parent?.rawValue ?? root(of: scope.model)
        var nextExtra = 0
        for block in 0..<blockCount {
            let first = block * blockSize.tokenCount
            let blockTokens = tokens.extracting(first..<first + blockSize.tokenCount)
            let firstExtra = nextExtra
            while nextExtra < scope.extras.count, scope.extras[nextExtra].block <= block {
                nextExtra += 1
            }
            let blockSalt = block == 0 ? salt : nil
            if firstExtra == nextExtra, blockSalt == nil {
                previous = XXHash64.block(after: previous, blockTokens)
            } else {
                let extras = scope.extras[firstExtra..<nextExtra]
                previous = key(of: blockTokens, after: previous, extras: extras, salt: blockSalt)
            }
            keys.append(BlockKey(rawValue: previous))
        }
    }

    /// Stands in for the parent of a first block.
    private func root(of model: String) -> UInt64 {
        var stream = XXHash64.Stream()
        stream.append(seedHash)
        stream.appendCounted(model.utf8.span)
        return stream.finish()
    }

    private func key(
        of tokens: Span<TokenID>,
        after parent: UInt64,
        extras: ArraySlice<BlockExtra>,
        salt: String?
    ) -> UInt64 {
        var stream = XXHash64.Stream()
        stream.append(parent)
        stream.append(tokens)
        for extra in extras { stream.appendCounted(extra.identifier.span) }
        if let salt { stream.appendCounted(salt.utf8.span) }
        return stream.finish()
    }
}

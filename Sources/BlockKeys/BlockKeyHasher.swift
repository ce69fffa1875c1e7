package import Domain

/// Turns tokens into chained block keys, the same for prompts and for what engines announce.
///
/// The keys are those that llm-d calls `xxh64` request keys: XXH64 over the parent's key, the
/// block's tokens, and each extra with its length, all numbers in little-endian order. The chain
/// starts from the seed's hash, hashed with the model's name.
package struct BlockKeyHasher: Sendable {
    package private(set) var scheme: BlockKeyScheme
    private let seedHash: UInt64

    /// - Parameter memoBytesMax: What may be remembered of prompts hashed before, where hashing
    ///   is slow enough to gain by it: prompts share beginnings. Copies of a hasher share it.
    package init(scheme: BlockKeyScheme, memoBytesMax: Int = 8 << 20) {
        self.scheme = scheme
        seedHash = XXHash64.hash((scheme.seed ?? "").utf8.span)
    }

    /// Makes the keys that llm-d calls `xxh64`.
    ///
    /// - Parameter seed: Keys of different seeds never match. llm-d's default is empty.
    package init(blockSize: BlockSize, seed: String = "") {
        self.init(scheme: BlockKeyScheme(algorithm: .xxh64, blockSize: blockSize, seed: seed))
    }

    package var blockSize: BlockSize { scheme.blockSize }

    /// The same hasher for another style.
    func with(_ style: ExtraKeyStyle) -> BlockKeyHasher {
        var hasher = self
        hasher.scheme.extraKeys = style
        return hasher
    }

    /// Whether blocks of this scope have keys in this scheme. Where not, nothing is appended.
    package func canHash(_ scope: BlockKeyScope) -> Bool { scheme.algorithm == .xxh64 }

    /// Where the hashing of a prompt begins. Nil if `scope` cannot be hashed.
    package func chain(in scope: BlockKeyScope) -> BlockKeyChain? {
        guard canHash(scope) else { return nil }
        return BlockKeyChain(
            digest: BlockDigest(words: (root(of: scope), 0, 0, 0)),
            blockCount: 0
        )
    }

    /// Where the hashing of a prompt goes on behind a block. Nil for schemes of which a key is
    /// only a part of the hash: all but `xxh64`, `cbor-fnv` and `sha256_cbor_64bit`.
    package func chain(after parent: BlockKey) -> BlockKeyChain? {
        guard scheme.algorithm == .xxh64 else { return nil }
        return BlockKeyChain(
            digest: BlockDigest(words: (parent.rawValue, 0, 0, 0)),
            blockCount: nil
        )
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
        guard var chain = parent.map(chain(after:)) ?? chain(in: scope) else { return }
        appendKeys(for: tokens, in: scope, continuing: &chain, to: &keys)
    }

    /// The same, for tokens that follow those that `chain` has behind it.
    package func appendKeys(
        for tokens: Span<TokenID>,
        in scope: BlockKeyScope,
        continuing chain: inout BlockKeyChain,
        to keys: inout [BlockKey]
    ) {
        guard canHash(scope) else { return }
        let blockCount = tokens.count / blockSize.tokenCount
        keys.reserveCapacity(keys.count + blockCount)
        let salt = chain.isAtRoot ? scope.cacheSalt : nil
        var previous = chain.digest.words.0
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
        chain.digest.words.0 = previous
        chain.blockCount = chain.blockCount.map { $0 + blockCount }
    }

    /// Stands in for the parent of a first block.
    private func root(of scope: BlockKeyScope) -> UInt64 {
        var stream = XXHash64.Stream()
        stream.append(seedHash)
        let model = scope.adapter?.name ?? scope.model
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

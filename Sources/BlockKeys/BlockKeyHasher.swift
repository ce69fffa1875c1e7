package import Domain

/// Turns tokens into chained block keys, the same for prompts and for what engines announce.
///
/// A key is what an engine announces of its own hash of a block (in schemes of engines), or what
/// llm-d would name the block (in the others). Blocks share a key only if they share all tokens
/// up to their end, and their scope. Thread-safe: copies share nothing but a memo.
package struct BlockKeyHasher: Sendable {
    /// Bounds what is serialized of one block. In Python's pickle, a block above 64 KiB would take
    /// another form.
    static let blockBytesMax = 60_000

    package private(set) var scheme: BlockKeyScheme
    private let function: BlockFunction
    private let start: ChainStart
    private let memo: BlockKeyMemo?

    /// - Parameters:
    ///   - memoBytesMax: What may be remembered of prompts hashed before, where hashing is slow
    ///     enough to gain by it: prompts share beginnings. Copies of a hasher share it.
    ///   - isPortable: Whether to do without the processor's instructions for SHA-256, as where
    ///     there are none.
    package init(
        scheme: BlockKeyScheme,
        memoBytesMax: Int = 8 << 20,
        isPortable: Bool = false
    ) {
        self.scheme = scheme
        function = BlockFunction(
            algorithm: scheme.algorithm,
            blockTokens: scheme.blockSize.tokenCount,
            isPortable: isPortable
        )
        start = ChainStart(of: scheme)
        memo =
            scheme.algorithm.isSlow
            ? BlockKeyMemo(blockTokens: scheme.blockSize.tokenCount, bytesMax: memoBytesMax) : nil
    }

    /// Makes the keys that llm-d calls `xxh64`.
    ///
    /// - Parameter seed: Keys of different seeds never match. llm-d's default is empty.
    package init(blockSize: BlockSize, seed: String = "") {
        self.init(scheme: BlockKeyScheme(algorithm: .xxh64, blockSize: blockSize, seed: seed))
    }

    package var blockSize: BlockSize { scheme.blockSize }

    /// The same hasher for another style. Shares the memo: runs in scopes of different forms are
    /// told apart there, and plain ones have the same form in every style.
    package func with(_ style: ExtraKeyStyle) -> BlockKeyHasher {
        var hasher = self
        hasher.scheme.extraKeys = style
        return hasher
    }

    // MARK: Chains

    /// Whether blocks of this scope have keys in this scheme. Where not, nothing is appended.
    package func canHash(_ scope: BlockKeyScope) -> Bool {
        start.isKnown && scope.isHashable(in: scheme)
    }

    /// Where the hashing of a prompt begins. Nil if `scope` cannot be hashed.
    package func chain(in scope: BlockKeyScope) -> BlockKeyChain? {
        guard canHash(scope), let digest = start.digest(in: scope) else { return nil }
        return BlockKeyChain(digest: digest, isAtRoot: true)
    }

    /// Where the hashing of a prompt goes on behind a block. Nil for schemes of which a key is
    /// only a part of the hash: all but `xxh64`, `cbor-fnv` and `sha256_cbor_64bit`.
    package func chain(after parent: BlockKey) -> BlockKeyChain? {
        guard scheme.algorithm.keysAreWhole else { return nil }
        return BlockKeyChain(
            digest: BlockDigest(words: (parent.rawValue, 0, 0, 0)),
            isAtRoot: false
        )
    }

    // MARK: Keys

    /// Appends one key for each full block of `tokens`. A last, partial block has no key, because
    /// engines only share whole blocks. Allocates only to make room in `keys`, and for a scope
    /// with an adapter, a salt or extras a few times in all.
    ///
    /// - Parameter parent: The key of the block before the first token. The salt is only hashed
    ///   without one: later blocks inherit it. Nothing is appended if the scheme cannot go on
    ///   from a key: see `chain(after:)`.
    package func appendKeys(
        for tokens: Span<TokenID>,
        in scope: BlockKeyScope,
        after parent: BlockKey? = nil,
        to keys: inout [BlockKey]
    ) {
        guard var chain = parent == nil ? chain(in: scope) : parent.flatMap(chain(after:)) else {
            return
        }
        appendKeys(for: tokens, in: scope, continuing: &chain, to: &keys)
    }

    /// The same, for tokens that follow those that `chain` has behind it.
    package func appendKeys(
        for tokens: Span<TokenID>,
        in scope: BlockKeyScope,
        continuing chain: inout BlockKeyChain,
        to keys: inout [BlockKey]
    ) {
        let blockCount = tokens.count / blockSize.tokenCount
        guard blockCount > 0, canHash(scope) else { return }
        if keys.capacity - keys.count < blockCount {
            // At least twice as much, for chains that go on block by block.
            keys.reserveCapacity(max(keys.count + blockCount, 2 * keys.count))
        }
        var tail = BlockTail(of: scheme)
        var salt = chain.isAtRoot ? scope.salt : nil
        var extras = scope.extras[...]
        var block = 0
        while block < blockCount {
            // A block with content of its own, or the blocks up to the next such.
            let own = extras.prefix { $0.block <= block }
            extras = extras.dropFirst(own.count)
            let isOwn = !own.isEmpty || salt != nil
            let end = isOwn ? block + 1 : min(extras.first?.block ?? blockCount, blockCount)
            tail.write(BlockTail.Content(adapter: scope.adapter, extras: own, salt: salt))
            let size = blockSize.tokenCount
            appendKeys(
                for: tokens.extracting(block * size..<end * size),
                tail: tail.bytes,
                continuing: &chain,
                to: &keys
            )
            salt = nil
            block = end
        }
    }

    /// Appends the keys of blocks that all have the same tail.
    private func appendKeys(
        for tokens: Span<TokenID>,
        tail: [UInt8],
        continuing chain: inout BlockKeyChain,
        to keys: inout [BlockKey]
    ) {
        var hashed = 0
        if let memo, tokens.count >= memo.runTokens {
            let tailDigest = scheme.digest(ofTail: tail)
            while tokens.count - hashed >= memo.runTokens {
                let run = tokens.extracting(hashed..<hashed + memo.runTokens)
                hashed += run.count
                let context = BlockKeyMemo.Context(parent: chain.digest, tail: tailDigest)
                guard let place = memo.find(run, in: context, moving: &chain.digest, to: &keys)
                else { continue }
                function.appendKeys(for: run, tail: tail, after: &chain.digest, to: &keys)
                memo.store(run, in: context, at: place, chain.digest, keys)
            }
        }
        let rest = tokens.extracting(hashed..<tokens.count)
        function.appendKeys(for: rest, tail: tail, after: &chain.digest, to: &keys)
        chain.isAtRoot = false
    }
}

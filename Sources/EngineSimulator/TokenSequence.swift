package import BlockKeys
package import Domain

/// One request inside an engine: its tokens, and how far it has come.
package struct TokenSequence {
    /// What keeps a sequence's blocks apart from others with the same tokens.
    package struct Scope: Hashable, Sendable {
        package var adapter: LoRAAdapter?
        package var cacheSalt: String?
        /// Where images begin, and how many tokens each takes.
        package var images: [Image] = []

        package init(adapter: LoRAAdapter? = nil, cacheSalt: String? = nil, images: [Image] = []) {
            (self.adapter, self.cacheSalt, self.images) = (adapter, cacheSalt, images)
        }

        package struct Image: Hashable, Sendable {
            package let identifier: String
            package let offset: Int
            package let tokenCount: Int

            package init(identifier: String, offset: Int, tokenCount: Int) {
                (self.identifier, self.offset, self.tokenCount) = (identifier, offset, tokenCount)
            }
        }
    }

    package let id: UInt64
    package let scope: Scope
    package let promptCount: Int
    package let outputMax: Int
    package let hasher: BlockKeyHasher

    /// The prompt, then what was generated.
    package private(set) var tokens: [TokenID]
    /// One for each full block of `tokens`.
    package private(set) var hashes: [BlockKey] = []
    /// What the last of them leads on to.
    private var chain: BlockKeyChain?
    /// The blocks that hold the KV cache, the last one maybe in part.
    package private(set) var blocks: [Int] = []
    /// Tokens whose KV cache is there.
    package var computedCount = 0
    /// Prompt tokens that were in the cache already.
    package private(set) var cachedCount = 0
    /// Blocks that others can find.
    private var storedBlockCount = 0

    package init(
        id: UInt64,
        prompt: [TokenID],
        outputMax: Int,
        scope: Scope = Scope(),
        hasher: BlockKeyHasher
    ) {
        self.id = id
        self.scope = scope
        self.hasher = hasher
        self.outputMax = outputMax
        tokens = prompt
        promptCount = prompt.count
        extendHashes()
    }

    package var blockSize: Int { hasher.blockSize.tokenCount }
    package var outputCount: Int { tokens.count - promptCount }
    /// Blocks at the end of its life. The last token is never computed, so it needs no room.
    package var finalBlockCount: Int { (promptCount + outputMax - 1 + blockSize - 1) / blockSize }

    package mutating func append(_ token: TokenID) {
        tokens.append(token)
        extendHashes()
    }

    private mutating func extendHashes() {
        let first = hashes.count
        let tokens = tokens
        let fullCount = tokens.count / blockSize
        guard fullCount > first else { return }
        var keyScope = BlockKeyScope(
            model: "",  // vLLM does not hash it
            adapter: scope.adapter,
            cacheSalt: scope.cacheSalt
        )
        for block in first..<fullCount {
            for image in images(inBlock: block) {
                keyScope.extras.append(
                    BlockExtra(
                        block: block - first,
                        identifier: Array(image.identifier.utf8),
                        offset: image.offset - block * blockSize
                    )
                )
            }
        }
        guard var chain = chain ?? hasher.chain(in: keyScope) else {
            preconditionFailure("requests whose scope cannot be hashed are refused")
        }
        let newTokens = tokens.span.extracting(first * blockSize..<fullCount * blockSize)
        hasher.appendKeys(for: newTokens, in: keyScope, continuing: &chain, to: &hashes)
        self.chain = chain
    }

    private func images(inBlock block: Int) -> [Scope.Image] {
        let span = block * blockSize..<(block + 1) * blockSize
        return scope.images.filter { span.overlaps($0.offset..<$0.offset + $0.tokenCount) }
    }

    /// In vLLM's order: adapter, images that overlap the block, salt on the first block.
    package func extraKeys(ofBlock block: Int) -> [ExtraKey] {
        var keys: [ExtraKey] = []
        if let adapter = scope.adapter { keys.append(.lora(name: adapter.name)) }
        for image in images(inBlock: block) {
            let offset = image.offset - block * blockSize
            keys.append(.multimodal(identifier: image.identifier, offset: offset))
        }
        if block == 0, let salt = scope.cacheSalt { keys.append(.cacheSalt(salt)) }
        return keys
    }
}

// MARK: Blocks

extension TokenSequence {
    /// Hashes of the blocks that may be taken from the cache. The prompt's last token is always
    /// computed: its output is the first token of the answer.
    package var usableHashes: ArraySlice<BlockKey> { hashes.prefix((promptCount - 1) / blockSize) }

    /// Takes the blocks that were found for `usableHashes`.
    package mutating func begin(with found: [Int], in pool: inout BlockPool) {
        pool.hold(found)
        blocks = found
        storedBlockCount = found.count
        cachedCount = found.count * blockSize
        computedCount = cachedCount
    }

    /// Takes blocks for the next tokens, and announces those which that fills: like vLLM, when
    /// the step that computes them begins.
    package mutating func makeRoom(forNext tokenCount: Int, in pool: inout BlockPool) {
        let blockCount = (computedCount + tokenCount + blockSize - 1) / blockSize
        blocks += pool.allocate(max(0, blockCount - blocks.count))
        let fullCount = (computedCount + tokenCount) / blockSize
        guard fullCount > storedBlockCount else { return }
        pool.store(storedBlockCount..<fullCount, of: self)
        storedBlockCount = fullCount
    }
}

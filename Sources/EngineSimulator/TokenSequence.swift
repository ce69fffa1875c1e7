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
    package let blockSize: Int

    /// The prompt, then what was generated.
    package private(set) var tokens: [TokenID]
    /// One for each full block of `tokens`.
    package private(set) var hashes: [BlockHash] = []
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
        blockSize: Int,
        scope: Scope = Scope(),
        hasher: BlockHasher
    ) {
        self.id = id
        self.scope = scope
        self.blockSize = blockSize
        self.outputMax = outputMax
        tokens = prompt
        promptCount = prompt.count
        extendHashes(hasher)
    }

    package var outputCount: Int { tokens.count - promptCount }
    /// Blocks at the end of its life. The last token is never computed, so it needs no room.
    package var finalBlockCount: Int { (promptCount + outputMax - 1 + blockSize - 1) / blockSize }

    package mutating func append(_ token: TokenID, hasher: BlockHasher) {
        tokens.append(token)
        extendHashes(hasher)
    }

    private mutating func extendHashes(_ hasher: BlockHasher) {
        while (hashes.count + 1) * blockSize <= tokens.count {
            let first = hashes.count * blockSize
            let hash = hasher.hash(
                tokens[first..<first + blockSize],
                after: hashes.last,
                extraKeys: extraKeys(ofBlock: hashes.count)
            )
            hashes.append(hash)
        }
    }

    /// In vLLM's order: adapter, images that overlap the block, salt on the first block.
    package func extraKeys(ofBlock block: Int) -> [ExtraKey] {
        var keys: [ExtraKey] = []
        if let adapter = scope.adapter {
            keys.append(.lora(name: adapter.name, path: adapter.path))
        }
        let span = block * blockSize..<(block + 1) * blockSize
        for image in scope.images
        where span.overlaps(image.offset..<image.offset + image.tokenCount) {
            let offset = image.offset - span.lowerBound
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
    package var usableHashes: ArraySlice<BlockHash> { hashes.prefix((promptCount - 1) / blockSize) }

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

package import Domain

/// A prompt's block keys in every space that may hold its blocks.
package struct PromptBlocks: Sendable {
    package struct Chain: Sendable {
        package let space: KeySpaceID
        package let blockSize: BlockSize
        /// One for each full block.
        package let keys: [BlockKey]

        package init(space: KeySpaceID, blockSize: BlockSize, keys: [BlockKey]) {
            self.space = space
            self.blockSize = blockSize
            self.keys = keys
        }
    }

    /// Full blocks of the configured size, in which matches are counted.
    package let blockCount: Int
    package let blockSize: BlockSize
    package internal(set) var chains: [Chain] = []

    package static let none = PromptBlocks(blockCount: 0, blockSize: BlockSize(tokenCount: 1))

    package init(blockCount: Int, blockSize: BlockSize, chains: [Chain] = []) {
        self.blockCount = blockCount
        self.blockSize = blockSize
        self.chains = chains
    }
}

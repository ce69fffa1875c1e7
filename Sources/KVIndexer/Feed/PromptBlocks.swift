package import Domain

/// A prompt's block keys in every space that may hold its blocks.
package struct PromptBlocks: Sendable {
    package struct Chain: Sendable {
        package let space: KeySpaceID
        package let blockSize: BlockSize
        /// One for each full block.
        package let keys: [BlockKey]
    }

    /// Full blocks of the configured size, in which matches are counted.
    package let blockCount: Int
    package let blockSize: BlockSize
    package internal(set) var chains: [Chain] = []

    package static let none = PromptBlocks(blockCount: 0, blockSize: BlockSize(tokenCount: 1))

    init(blockCount: Int, blockSize: BlockSize) {
        self.blockCount = blockCount
        self.blockSize = blockSize
    }
}

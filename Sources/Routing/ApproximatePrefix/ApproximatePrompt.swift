import Domain
import KVIndexer

/// The full blocks of a prompt, each named by a hash of everything up to its end.
///
/// A last, partial block is left out: engines share whole blocks only, and a longer prompt with
/// the same beginning would not find it.
package struct ApproximatePrompt: Equatable, Sendable {
    package let blockTokens: Int
    /// None of them 0.
    let blocks: [UInt64]

    /// Of a request whose prompt is not known.
    package static let none = ApproximatePrompt(blockTokens: 1, blocks: [])

    package var blockCount: Int { blocks.count }

    /// The same, to be compared with other prompts of this kind alone.
    var promptBlocks: PromptBlocks {
        let blockSize = BlockSize(tokenCount: blockTokens)
        let chain = PromptBlocks.Chain(
            space: KeySpaceID(rawValue: 0),
            blockSize: blockSize,
            keys: blocks.map { BlockKey(rawValue: $0) }
        )
        return PromptBlocks(blockCount: blockCount, blockSize: blockSize, chains: [chain])
    }
}

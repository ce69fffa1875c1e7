/// One block of a prompt, named by the hash of its tokens chained onto the block before it.
/// Two prompts share a key only if they share every token up to the end of this block.
public struct BlockKey: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// An engine's own name for a block: the low 64 bits of the hash that it announces.
/// Opaque: how the engine computes it depends on its version and settings.
public struct EngineBlockHash: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Tokens in one block. Must equal the engine's own block size, or nothing ever matches.
package struct BlockSize: Hashable, Sendable {
    package let tokenCount: Int
    package init(tokenCount: Int) {
        precondition(tokenCount > 0, "a block holds at least one token")
        self.tokenCount = tokenCount
    }
}

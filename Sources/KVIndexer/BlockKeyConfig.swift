package import BlockKeys

/// Which keys blocks are indexed under.
package struct BlockKeyConfig: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// Engines' own hashes, where their first events show how they are computed.
        case auto
        /// Engines' own hashes alone: engines of which they cannot be computed never match.
        case engineHash
        /// Keys of our own alone, made from the tokens of every event.
        case requestKey
    }

    package var mode = Mode.auto
    /// Values of `PYTHONHASHSEED` that engines may have been started with, beside none.
    package var engineSeeds: [String] = []
    /// The folders that engines load LoRA adapters from. vLLM hashes them, and does not tell.
    package var adapterPaths: [String: String] = [:]
    /// Of our own keys: `xxh64`, or `cborFNV`, which llm-d has by default.
    package var algorithm = BlockKeyAlgorithm.xxh64

    package init() {}
}

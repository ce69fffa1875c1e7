import BlockKeys
package import Domain

/// How the index is kept and how events are received. The defaults suit a pool of up to a few
/// hundred endpoints.
package struct KVIndexerConfig: Equatable, Sendable {
    /// Must equal the engine's `--block-size`: blocks of a different size never match.
    package var blockSize = BlockSize(tokenCount: 16)
    /// Keys of different seeds never match. Set it only to share an index with llm-d.
    package var hashSeed = ""
    /// The model of engines whose event topic names none (`kv@<endpoint>@<model>` names one).
    package var model = ""

    package var keys = BlockKeyConfig()
    package var memory = InMemoryIndexConfig()
    /// Nil: the index is in this process's memory alone.
    package var redis: RedisIndexConfig?
    /// Blocks of one endpoint under keys of our own, each of which costs about 50 bytes beside the
    /// index. What is known by the engine's own hash is bounded by the index alone.
    package var endpointBlocksMax = 4_000_000

    package var events = EventFeedConfig()
    package var snapshot = SnapshotConfig()
    package var speculation = SpeculationConfig()

    package init() {}

    /// How keys of our own are computed.
    var ownScheme: BlockKeyScheme {
        BlockKeyScheme(algorithm: keys.algorithm, blockSize: blockSize, seed: hashSeed)
    }

    /// Called once, at start: a config that exists past this point is a config that works.
    package func validated() throws(KVIndexerConfigError) -> Self {
        guard memory.keysMax > 0 else { throw .tooSmall("keysMax", atLeast: 1) }
        guard endpointBlocksMax > 0 else { throw .tooSmall("endpointBlocksMax", atLeast: 1) }
        try events.validated()
        return self
    }
}

package enum KVIndexerConfigError: Error, Equatable, Sendable {
    case tooSmall(String, atLeast: Int)
}

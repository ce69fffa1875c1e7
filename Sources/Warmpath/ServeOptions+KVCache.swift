import CommandLineArguments
import Domain
import KVIndexer

/// What is indexed, under which keys, and where. What is given here outweighs the environment and
/// `--kv-cache-config`.
extension ServeOptions {
    static let kvCacheConfig = Option<String?>(
        "kv-cache-config",
        "FILE",
        default: nil,
        help: "JSON or YAML, as of llm-d's KV-cache manager (docs/configuration.md)."
    )
    static let blockSize = Option(
        "block-size",
        "TOKENS",
        default: KVIndexerConfig().blockSize.tokenCount,
        help: "Tokens in a KV block. Must equal the engines' --block-size."
    )
    static let indexKeysMax = Option(
        "index-max-keys",
        "N",
        default: InMemoryIndexConfig().keysMax,
        help: "Blocks that the index holds."
    )
    static let indexBytesMax = Option(
        "index-max-bytes",
        "SIZE",
        default: ByteCount(bytes: InMemoryIndexConfig().bytesMax),
        help: "Memory of the index at most."
    )
    static let redisAddress = Option<String?>(
        "redis-address",
        "URL",
        default: nil,
        help: "Keeps the index in Redis: redis://USER:PASSWORD@HOST:PORT/DB, or unix://PATH."
    )
    static let keyMode = Option(
        "kv-key-mode",
        "MODE",
        default: BlockKeyConfig.Mode.auto,
        help: "Blocks' names: engineHash takes engines' own, requestKey makes ours, or auto."
    )
    static let eventsAddress = Option<String?>(
        "kv-events-address",
        "ADDRESS",
        default: nil,
        help: "Where engines connect to and publish events, such as tcp://*:5557."
    )
    static let snapshotPath = Option<String?>(
        "kv-snapshot",
        "FILE",
        default: nil,
        help: "Saves the index there, and loads it at the start."
    )
    static let snapshotPeer = Option<String?>(
        "kv-snapshot-peer",
        "URL",
        default: nil,
        help: "Another replica's metrics port, to load the index from. Needs --kv-snapshot."
    )
    static let speculates = Option(
        flag: "speculative-indexing",
        default: true,
        help: "Does not credit picked endpoints with blocks until their engines announce them."
    )

    static let kvCacheSection = Command.Section(
        "KV cache",
        [
            kvCacheConfig, model, blockSize, keyMode, indexKeysMax, indexBytesMax, redisAddress,
            eventsAddress, snapshotPath, snapshotPeer, speculates,
        ]
    )
}

extension BlockKeyConfig.Mode: OptionWord {}

extension Arguments {
    /// The value that was given. Nil: the option was left out, and others may say.
    func given<Value>(_ option: Option<Value>) -> Value? {
        contains(option) ? self[option] : nil
    }
}

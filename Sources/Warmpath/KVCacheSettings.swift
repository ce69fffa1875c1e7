import CommandLineArguments
import Config
import Domain
import Files
import KVIndexer
import Tokenization

/// The settings of the KV cache from all who may give them: the document, the environment, the
/// command line, in ascending order of weight.
enum KVCacheSettings {
    /// - Throws: what is wrong with the document, all of it, or with settings beside each other.
    ///
    /// - Parameter parameters: of a plug-in of the scheduling document; they count if there is no
    ///   document of the KV cache's own.
    static func read(
        _ arguments: Arguments,
        environment: [String: String],
        parameters: KVCacheParameters? = nil
    ) throws -> (config: KVCacheConfig, remarks: ConfigRemarks) {
        let document = try arguments[ServeOptions.kvCacheConfig].map { path in
            try FileContents(of: path, byteCountMax: KVCacheConfigFile.byteCountMax).bytes
        }
        var environment = environment
        if let address = arguments[ServeOptions.redisAddress] {
            environment["KVCACHE_INDEXER_REDIS_ADDR"] = address
        }
        var (config, remarks) =
            if document == nil, let parameters {
                try KVCacheConfigFile.read(parameters, environment: environment)
            } else {
                try KVCacheConfigFile.read(document, environment: environment)
            }
        config.follow(arguments)
        try check(config.indexer)
        return (config, remarks)
    }
}

extension KVCacheSettings {
    /// What several sources say together can be wrong, though each is right.
    private static func check(_ config: KVIndexerConfig) throws {
        _ = try config.validated()
        _ = try config.speculation.validated()
        do throws(SnapshotConfigError) {
            _ = try config.snapshot.validated()
        } catch .peerNeedsPath {
            throw ConfigError(problems: [
                "warmpath.snapshot.peer: expected warmpath.snapshot.path, or --kv-snapshot, too"
            ])
        }
    }
}

extension KVCacheConfig {
    fileprivate mutating func follow(_ arguments: Arguments) {
        set(&tokenizers.modelName, arguments.given(ServeOptions.model))
        indexer.model = tokenizers.modelName ?? ""
        if let tokens = arguments.given(ServeOptions.blockSize) {
            indexer.blockSize = BlockSize(tokenCount: max(1, tokens))
        }
        set(&indexer.memory.keysMax, arguments.given(ServeOptions.indexKeysMax))
        set(&indexer.memory.bytesMax, arguments.given(ServeOptions.indexBytesMax)?.bytes)
        set(&indexer.keys.mode, arguments.given(ServeOptions.keyMode))
        set(&indexer.events.centralAddress, arguments[ServeOptions.eventsAddress])
        set(&indexer.snapshot.path, arguments[ServeOptions.snapshotPath])
        set(&indexer.snapshot.peerURL, arguments[ServeOptions.snapshotPeer])
        set(&indexer.speculation.isEnabled, arguments.given(ServeOptions.speculates))
        followTokenization(arguments)
    }

    private mutating func followTokenization(_ arguments: Arguments) {
        set(&prefixStore.cacheSize, arguments.given(ServeOptions.prefixStoreBlocks))
        let blockSize = arguments.given(ServeOptions.prefixStoreBlockSize)
        set(&prefixStore.blockSize, blockSize.map { max(1, $0) })
        set(&prefixStore.bytesMax, arguments.given(ServeOptions.prefixStoreBytes)?.bytes)
        if let workers = arguments.given(ServeOptions.tokenizerWorkers) {
            tokenizers.workersCount = workers > 0 ? workers : nil
        }
        set(&tokenizers.downloads, arguments.given(ServeOptions.downloads))
        tokenizers.folders = arguments[ServeOptions.tokenizersFolder] + tokenizers.folders
        tokenizers.paths.merge(arguments[ServeOptions.tokenizerMap].values) { _, given in given }
    }

    private func set<Value>(_ setting: inout Value, _ given: Value?) {
        if let given { setting = given }
    }

    private func set<Value>(_ setting: inout Value?, _ given: Value?) {
        if let given { setting = given }
    }
}

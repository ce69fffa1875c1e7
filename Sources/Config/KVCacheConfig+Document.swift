import BlockKeys
import Domain
import KVIndexer
import Scheduling
import Tokenization

extension KVCacheConfig {
    /// The settings as a document that has all of them: reading it gives them again, but for
    /// secrets, which it does not show.
    package var document: String {
        var text = ConfigText()
        text.section("prefixStoreConfig") {
            $0.field("cacheSize", prefixStore.cacheSize)
            $0.field("blockSize", prefixStore.blockSize)
        }
        text.section("tokenProcessorConfig") {
            $0.field("blockSizeTokens", indexer.blockSize.tokenCount)
            $0.field("hashSeed", indexer.hashSeed)
            $0.field("hashAlgorithm", indexer.keys.algorithm.rawValue)
        }
        text.section("kvBlockIndexConfig") { writeIndex(to: &$0) }
        text.section("tokenizersPoolConfig") { writeTokenizers(to: &$0) }
        text.list(
            "kvCacheBackendConfigs",
            CacheTier.allCases.map {
                "{name: \($0), weight: \(tierWeights[$0] / tierWeights.expected)}"
            }
        )
        text.section("kvEventsConfig") { writeEvents(to: &$0) }
        text.field("speculativeIndexing", indexer.speculation.isEnabled)
        text.field("speculativeTTL", indexer.speculation.timeToLive)
        text.section("warmpath") { writeOwn(to: &$0) }
        return text.text
    }

    private func writeIndex(to text: inout ConfigText) {
        text.section(backend.rawValue) { text in
            switch backend {
            case .memory: text.field("size", indexer.memory.keysMax)
            case .costAwareMemory: text.field("size", bytes: indexer.memory.bytesMax)
            case .redis, .valkey:
                text.field("address", indexer.redis?.address.withoutCredentials)
            }
        }
        text.field("enableMetrics", metricsInterval != nil)
        text.field("metricsLoggingInterval", metricsInterval)
    }

    private func writeTokenizers(to text: inout ConfigText) {
        text.field("workersCount", tokenizers.workersCount ?? 0)
        text.field("modelName", tokenizers.modelName)
        text.section("hf") {
            $0.field("enabled", tokenizers.downloads ?? false)
            $0.field("huggingFaceToken", tokenizers.hubToken.map { _ in "***" })
            $0.field("tokenizersCacheDir", tokenizers.downloadsFolder)
        }
        text.section("local") {
            $0.field("autoDiscoveryDir", "")  // It is among `tokenizerFolders`.
            $0.field("modelTokenizerMap", tokenizers.paths)
        }
    }

    private func writeEvents(to text: inout ConfigText) {
        text.field("zmqEndpoint", indexer.events.centralAddress ?? "")
        text.field("topicFilter", indexer.events.topicFilter)
        text.field("concurrency", indexer.events.threadCount)
        text.field("discoverPods", followsEndpoints)
        if let enginePorts {
            text.section("podDiscoveryConfig") {
                $0.field("socketPort", enginePorts.events)
                $0.field("replaySocketPort", enginePorts.replay)
            }
        }
    }

    private func writeOwn(to text: inout ConfigText) {
        text.field("keyMode", indexer.keys.mode.rawValue)
        text.field("engineSeeds", indexer.keys.engineSeeds)
        text.field("loraPaths", indexer.keys.adapterPaths)
        text.field("tokenizerFolders", tokenizers.folders)
        text.field("indexBytesMax", bytes: indexer.memory.bytesMax)
        text.field("endpointBlocksMax", indexer.endpointBlocksMax)
        text.field("uncertainTTL", .seconds(indexer.events.uncertainSeconds))
        if let redis = indexer.redis {
            text.section("redis") {
                $0.field("namespace", redis.namespace)
                $0.field("ttlSeconds", redis.timeToLiveSeconds)
                $0.field("connections", redis.connectionCount)
                $0.field("timeoutMilliseconds", redis.timeoutMilliseconds)
                $0.field("cacheMilliseconds", redis.cacheMilliseconds)
                $0.field("cachedKeysMax", redis.cachedKeysMax)
            }
        }
        text.section("snapshot") { text in
            let snapshot = indexer.snapshot
            text.field("path", snapshot.path)
            text.field("interval", .seconds(snapshot.intervalSeconds))
            text.field("ageMax", .seconds(snapshot.ageMaxSeconds))
            text.field("bytesMax", bytes: snapshot.bytesMax)
            text.field("peer", snapshot.peerURL?.withoutCredentials)
            text.field("peerTimeout", .seconds(snapshot.peerTimeoutSeconds))
        }
        text.section("replay") { text in
            let replay = indexer.events.replay
            text.field("timeout", .milliseconds(replay.timeoutMilliseconds))
            text.field("idle", .milliseconds(replay.idleMilliseconds))
            text.field("cooldown", .milliseconds(replay.cooldownMilliseconds))
            text.field("attempts", replay.attemptsMax)
            text.field("concurrency", replay.concurrency)
            text.field("bufferBytes", bytes: replay.heldBytesMax)
        }
        text.section("speculation") {
            $0.field("blocksMax", indexer.speculation.blocksMax)
            $0.field("requestsMax", indexer.speculation.requestsMax)
        }
    }
}

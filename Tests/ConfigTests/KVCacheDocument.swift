import Config

/// Reads a document given as text.
func read(
    _ document: String,
    environment: [String: String] = [:]
) throws(ConfigError) -> (config: KVCacheConfig, remarks: ConfigRemarks) {
    try KVCacheConfigFile.read(Array(document.utf8), environment: environment)
}

/// What is wrong with a document.
func problems(_ document: String) -> [String] {
    do throws(ConfigError) {
        _ = try read(document)
        return []
    } catch {
        return error.problems
    }
}

enum KVCacheDocument {
    /// The complete example of llm-d's documentation, v0.2.
    static let complete = """
        {
          "prefixStoreConfig": {
            "cacheSize": 500000,
            "blockSize": 256
          },
          "tokenProcessorConfig": {
            "blockSize": 16,
            "hashSeed": "12345"
          },
          "kvBlockIndexConfig": {
            "inMemoryConfig": {
              "size": 100000000,
              "podCacheSize": 10
            },
            "enableMetrics": true,
            "metricsLoggingInterval": "1m0s"
          },
          "tokenizersPoolConfig": {
            "workersCount": 8,
            "huggingFaceToken": "your_hf_token_here",
            "tokenizersCacheDir": "/tmp/tokenizers"
          }
        }
        """

    /// That of v0.4.0.
    static let version04 = """
        {"prefixStoreConfig":{"cacheSize":500000,"blockSize":256},
         "tokenProcessorConfig":{"blockSize":16,"hashSeed":"12345"},
         "kvBlockIndexConfig":{"inMemoryConfig":{"size":100000000,"podCacheSize":10},
         "enableMetrics":true},
         "tokenizersPoolConfig":{"workersCount":8,"minPrefixOverlapRatio":0.85,
         "hf":{"huggingFaceToken":"hf_secret","tokenizersCacheDir":"/tmp/tokenizers"},
         "local":{"autoDiscoveryDir":"/mnt/models"}},
         "kvCacheBackendConfigs":[{"name":"gpu","weight":1.0},{"name":"cpu","weight":0.8}]}
        """

    /// The parameters of the endpoint picker's plug-in.
    static let plugin = """
        {"tokenProcessorConfig": {"blockSizeTokens": 64, "hashSeed": "42",
                                  "hashAlgorithm": "xxh64"},
         "indexerConfig": {
           "kvBlockIndexConfig": {"redisConfig": {"address": "redis://redis:6379/2"},
                                  "enableMetrics": true, "metricsLoggingInterval": 60000000000},
           "kvCacheBackendConfigs": [{"name": "gpu", "weight": 1}, {"name": "cpu", "weight": 0.4}]},
         "kvEventsConfig": {"zmqEndpoint": "", "topicFilter": "kv@", "concurrency": 4,
                            "engineType": "vllm", "discoverPods": true,
                            "podDiscoveryConfig": {
                              "podLabelSelector": "llm-d.ai/inference-serving=true",
                              "podNamespace": "", "socketPort": 5556,
                              "replaySocketPort": 5557}},
         "speculativeIndexing": true, "speculativeTTL": "2s"}
        """

    /// Every field of our own.
    static let own = """
        warmpath:
          keyMode: requestKey
          engineSeeds: ["0", "42"]
          loraPaths: {sql: /loras/sql}
          indexBytesMax: 12GiB
          endpointBlocksMax: 1000
          uncertainTTL: 5m
          redis:
            namespace: "warmpath:"
            ttlSeconds: 3600
            connections: 8
            timeoutMilliseconds: 50
            cacheMilliseconds: 0
            cachedKeysMax: 10
          snapshot: {path: /var/lib/index, interval: 30s, ageMax: 5m, bytesMax: 1GiB,
                     peer: "http://peer:9090", peerTimeout: 10s}
          replay: {timeout: 1m, idle: 1s500ms, cooldown: 2s, attempts: 5,
                    concurrency: 2, bufferBytes: 1MiB}
          speculation: {blocksMax: 100, requestsMax: 200}
        """
}

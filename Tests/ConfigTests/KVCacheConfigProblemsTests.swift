import Config
import Testing

@Suite struct KVCacheConfigProblemsTests {
    @Test(arguments: [
        (
            "prefixStoreConfig: {cacheSize: -1}",
            "prefixStoreConfig.cacheSize: expected a whole number from 0 to 4000000000, found -1"
        ),
        (
            "prefixStoreConfig: {blockSize: 0}",
            "prefixStoreConfig.blockSize: expected a whole number from 1 to 1048576, found 0"
        ),
        (
            #"{"tokenProcessorConfig": {"blockSize": "16"}}"#,
            "tokenProcessorConfig.blockSize: expected a whole number from 0 to 65536, found \"16\""
        ),
        (
            "tokenProcessorConfig: {blockSizeTokens: 16.5}",
            "tokenProcessorConfig.blockSizeTokens: expected a whole number from 0 to 65536, "
                + "found 16.5"
        ),
        (
            #"{"tokenProcessorConfig": {"hashSeed": 42}}"#,
            "tokenProcessorConfig.hashSeed: expected a string, found 42"
        ),
        (
            "tokenProcessorConfig: {hashAlgorithm: md5}",
            "tokenProcessorConfig.hashAlgorithm: expected one of \"\", \"cbor-fnv\", \"xxh64\", "
                + "found md5"
        ),
        (
            "kvBlockIndexConfig: {inMemoryConfig: {size: 0}}",
            "kvBlockIndexConfig.inMemoryConfig.size: expected a whole number from 1 to 4000000000, "
                + "found 0"
        ),
        (
            "kvBlockIndexConfig: {inMemoryConfig: {podCacheSize: []}}",
            "kvBlockIndexConfig.inMemoryConfig.podCacheSize: expected a whole number from 1 to "
                + "4000000000, found a list of 0"
        ),
        (
            "kvBlockIndexConfig: {costAwareMemoryConfig: {size: 2 pounds}}",
            "kvBlockIndexConfig.costAwareMemoryConfig.size: expected a size such as \"2GiB\", from "
                + "1048576 bytes on, found 2 pounds"
        ),
        (
            "kvBlockIndexConfig: {enableMetrics: \"true\"}",
            "kvBlockIndexConfig.enableMetrics: expected true or false, found \"true\""
        ),
        (
            "kvBlockIndexConfig: {metricsLoggingInterval: 1 minute}",
            "kvBlockIndexConfig.metricsLoggingInterval: "
                + "expected a duration such as \"1m30s\", from "
                + "0s to 8760h0m0s, found 1 minute"
        ),
        (
            "kvBlockIndexConfig: {metricsLoggingInterval: -1s}",
            "kvBlockIndexConfig.metricsLoggingInterval: "
                + "expected a duration such as \"1m30s\", from "
                + "0s to 8760h0m0s, found -1s"
        ),
        (
            "kvBlockIndexConfig: {redisConfig: {address: \"a b\"}}",
            "kvBlockIndexConfig.redisConfig.address: expected an address such as "
                + "\"redis://user:password@host:6379/0\", \"unix://path\" or \"host:6379\", "
                + "found \"a b\""
        ),
        ("kvBlockIndexConfig: [1]", "kvBlockIndexConfig: expected a mapping, found a list"),
        (
            "tokenizersPoolConfig: {workersCount: -1}",
            "tokenizersPoolConfig.workersCount: expected a whole number from 0 to 1024, found -1"
        ),
        (
            "tokenizersPoolConfig: {minPrefixOverlapRatio: 1.5}",
            "tokenizersPoolConfig.minPrefixOverlapRatio: expected a number from 0 to 1, found 1.5"
        ),
        (
            "tokenizersPoolConfig: {hf: {enabled: 1}}",
            "tokenizersPoolConfig.hf.enabled: expected true or false, found 1"
        ),
        (
            "tokenizersPoolConfig: {local: {modelTokenizerMap: {a: [b]}}}",
            "tokenizersPoolConfig.local.modelTokenizerMap.a: expected a string, found a list of 1"
        ),
        (
            "kvCacheBackendConfigs: {gpu: 1}",
            "kvCacheBackendConfigs: expected a list of at most 64 mappings, found a mapping"
        ),
        (
            "kvCacheBackendConfigs: [{name: gpu, weight: heavy}]",
            "kvCacheBackendConfigs[0].weight: expected a number from 0 to 1000000, found heavy"
        ),
        (
            "kvEventsConfig: {zmqEndpoint: \"localhost:5557\"}",
            "kvEventsConfig.zmqEndpoint: expected a ZeroMQ address such as \"tcp://*:5557\", found "
                + "\"localhost:5557\""
        ),
        (
            "kvEventsConfig: {concurrency: 0}",
            "kvEventsConfig.concurrency: expected a whole number from 1 to 256, found 0"
        ),
        (
            "kvEventsConfig: {engineType: tgi}",
            "kvEventsConfig.engineType: expected one of \"vllm\", \"sglang\", \"\", found tgi"
        ),
        (
            "kvEventsConfig: {podDiscoveryConfig: {socketPort: 65536}}",
            "kvEventsConfig.podDiscoveryConfig.socketPort: "
                + "expected a whole number from 1 to 65535, "
                + "found 65536"
        ),
        (
            "indexerConfig: {kvBlockIndexConfig: {inMemoryConfig: {size: big}}}",
            "indexerConfig.kvBlockIndexConfig.inMemoryConfig.size: "
                + "expected a whole number from 1 to "
                + "4000000000, found big"
        ),
        (
            "speculativeTTL: 0s",
            "speculativeTTL: expected a duration such as \"1m30s\", from 1ms to 1h0m0s, found 0s"
        ),
        (
            "warmpath: {keyMode: both}",
            "warmpath.keyMode: expected one of \"auto\", \"engineHash\", \"requestKey\", found both"
        ),
        (
            "warmpath: {engineSeeds: [1]}",
            "warmpath.engineSeeds[0]: expected a string, found 1"
        ),
        (
            "warmpath: {engineSeeds: [a, b, c, d, e, f, g]}",
            "warmpath.engineSeeds: expected a list of at most 6 strings, found a list of 7"
        ),
        (
            "warmpath: {snapshot: {peer: \"ftp://x\"}}",
            "warmpath.snapshot.peer: expected a URL such as \"http://warmpath-0:9090\", found "
                + "\"ftp://x\""
        ),
        ("[1, 2]", "expected a mapping, found a list"),
    ])
    func `a wrong type or range is named with path, value and what was expected`(
        document: String,
        problem: String
    ) {
        #expect(problems(document) == ["\(problem) (line 1)"])
    }

    @Test func `everything that is wrong is told at once, with its line`() {
        let document = """
            prefixStoreConfig:
              cacheSize: many
            kvBlockIndexConfig:
              enableMetrics: 1
            kvCacheBackendConfigs:
              - weight: 1
            """
        #expect(
            problems(document) == [
                "prefixStoreConfig.cacheSize: expected a whole number from 0 to 4000000000, "
                    + "found many (line 2)",
                "kvBlockIndexConfig.enableMetrics: expected true or false, found 1 (line 4)",
                "kvCacheBackendConfigs[0].name: expected a tier's name, found nothing (line 6)",
            ]
        )
    }

    @Test(arguments: [
        ("{\"a\": 1", "line 2: did not find expected ',' or '}'"), ("a: &x 1", "line 1: anchors"),
        ("a: 1\na: 2", "line 2: "),
    ])
    func `a text that is neither JSON nor YAML is refused with its line`(
        document: String,
        beginning: String
    ) {
        let found = problems(document)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(beginning) == true)
    }

    @Test func `a setting in two places is refused`() {
        let document = """
            kvBlockIndexConfig: {enableMetrics: true}
            indexerConfig: {kvBlockIndexConfig: {enableMetrics: false}}
            zmqEndpoint: "tcp://*:5557"
            kvEventsConfig: {zmqEndpoint: "tcp://*:5558"}
            """
        #expect(
            problems(document) == [
                "kvBlockIndexConfig: expected once, found in indexerConfig, too (line 1)",
                "zmqEndpoint: expected once, found in kvEventsConfig, too (line 3)",
            ]
        )
    }

    @Test func `a file with a thousand mistakes is told in some lines`() {
        let fields = (0..<1000).map { "  {name: gpu, weight: w\($0)}" }.joined(separator: ",\n")
        let found = problems("warmpath: {loraPaths: 1}\nkvCacheBackendConfigs: [\(fields)]")
        #expect(found.count == 2)
        let sections = (0..<64).map { _ in "{weight: x}" }.joined(separator: ",")
        let many = problems("kvCacheBackendConfigs: [\(sections)]")
        #expect(many.count == 65)
        #expect(many.last == "and 64 more")
    }
}

import Config
import Testing

@Suite struct KVCacheConfigRemarksTests {
    private func warnings(_ document: String) throws -> [String] {
        try read(document).remarks.warnings
    }

    @Test(arguments: [
        ("tokenProcessorConfig: {hash_seed: a}", "tokenProcessorConfig.hash_seed", "hashSeed"),
        ("prefixstoreconfig: {}", "prefixstoreconfig", "prefixStoreConfig"),
        (
            "kvBlockIndexConfig: {inMemoryConfig: {sizes: 1}}",
            "kvBlockIndexConfig.inMemoryConfig.sizes", "size"
        ),
        (
            "kvEventsConfig: {zmqEndpont: \"tcp://*:1\"}", "kvEventsConfig.zmqEndpont",
            "zmqEndpoint"
        ),
        (
            "kvCacheBackendConfigs: [{name: gpu, wieght: 1}]", "kvCacheBackendConfigs[0].wieght",
            "weight"
        ),
        ("warmpath: {snapshot: {intervall: 1s}}", "warmpath.snapshot.intervall", "interval"),
    ])
    func `an unknown field is named with its path and the nearest known name`(
        document: String,
        path: String,
        suggestion: String
    ) throws {
        #expect(
            try warnings(document) == [
                "\(path) is not known and has no effect (line 1); did you mean `\(suggestion)`?"
            ]
        )
    }

    @Test func `a field that resembles none is named alone`() throws {
        #expect(
            try warnings("somethingElse: 1")
                == ["somethingElse is not known and has no effect (line 1)"]
        )
    }

    @Test func `any number of unknown fields is told in some lines`() throws {
        let fields = (0..<20_000).map { "unknown\($0): 1" }.joined(separator: "\n")
        #expect(try warnings(fields).count == 64)
    }

    @Test func `a name cannot start a line of its own, or be longer than one`() throws {
        let name = String(repeating: "n", count: 500)
        let found = try warnings("{\"a\\nb\": 1, \"\(name)\": 2}")
        #expect(found.count == 2)
        #expect(found.allSatisfy { !$0.contains("\n") && $0.count < 150 })
    }

    @Test(arguments: [
        (
            "kvBlockIndexConfig: {metricsLoggingInterval: 1m}",
            "metricsLoggingInterval has no effect without enableMetrics"
        ),
        (
            "kvEventsConfig: {discoverPods: false}",
            "no events are received: discoverPods is false and zmqEndpoint is empty"
        ),
        (
            "tokenizersPoolConfig: {uds: {socketFile: /tmp/a}}",
            "tokenizersPoolConfig.uds has no effect: tokens are computed in this process"
        ),
        (
            "tokenizersPoolConfig: {local: {autoDiscoveryTokenizerFileName: t.json}}",
            "tokenizersPoolConfig.local.autoDiscoveryTokenizerFileName has no effect: a model's "
                + "folder is searched for tokenizer.json; name other files in modelTokenizerMap"
        ),
        (
            "kvCacheBackendConfigs: [{name: tape, weight: 1}]",
            "kvCacheBackendConfigs[0]: `tape` is no known tier"
        ),
        (
            "kvCacheBackendConfigs: [{name: cpu, weight: 1}, {name: CPU, weight: 0.5}]",
            "kvCacheBackendConfigs[1]: the tier has a weight already: this one counts"
        ),
        (
            "kvBlockIndexConfig: {redisConfig: {enableRDMA: true}}",
            "kvBlockIndexConfig.redisConfig.enableRDMA has no effect: TCP is used"
        ),
    ])
    func `what cannot be followed is said`(document: String, warning: String) throws {
        #expect(try warnings(document) == [warning])
    }

    @Test(arguments: [
        "tokenizersPoolConfig: {huggingFaceToken: [hunter2]}",
        "tokenizersPoolConfig: {huggingFaceToken: {hunter2: 1}}",
        "tokenizersPoolConfig: {hf: hunter2}",
        "tokenizersPoolConfig: hunter2",
        "kvBlockIndexConfig: {redisConfig: \"redis://u:hunter2@h:1\"}",
        "kvBlockIndexConfig: {redisConfig: {address: \"redis://u:hunter2@h: 1\"}}",
        "kvBlockIndexConfig: {redisConfig: {address: [\"redis://u:hunter2@h:1\"]}}",
        "kvBlockIndexConfig: {enableMetrics: \"redis://u:hunter2@h:1\"}",
        "warmpath: {snapshot: {peer: \"https://u:hunter2@h:1\"}}",
    ])
    func `no problem shows a secret`(document: String) {
        let found = problems(document)
        #expect(found.count == 1)
        #expect(!found.joined().contains("hunter2"))
    }

    @Test func `a token that looks like a number is refused without being shown`() {
        #expect(
            problems("tokenizersPoolConfig: {huggingFaceToken: 1234567}") == [
                "tokenizersPoolConfig.huggingFaceToken: expected a string, found a number (line 1)"
            ]
        )
    }
}

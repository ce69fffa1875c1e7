import Config
import Domain
import KVIndexer
import Testing

@Suite struct KVCacheConfigEnvironmentTests {
    private func read(
        _ environment: [String: String],
        document: String? = nil
    ) throws -> (config: KVCacheConfig, remarks: ConfigRemarks) {
        try KVCacheConfigFile.read(document.map { Array($0.utf8) }, environment: environment)
    }

    @Test func `without a document and variables the defaults hold, in silence`() throws {
        let (config, remarks) = try read(["HOME": "/root", "BLOCK_SIZE": ""])
        #expect(config == KVCacheConfig())
        #expect(remarks == ConfigRemarks())
    }

    @Test(arguments: [
        "kvBlockIndexConfig: {redisConfig: {address: \"redis://other:1\"}}",
        "kvBlockIndexConfig: {inMemoryConfig: {}}",
        "kvBlockIndexConfig: {costAwareMemoryConfig: {}}",
        "kvBlockIndexConfig: {valkeyConfig: {}}",
    ])
    func `the address of Redis outweighs the document's, and chooses Redis`(
        document: String
    ) throws {
        let environment = ["KVCACHE_INDEXER_REDIS_ADDR": "redis://here:6379"]
        let (config, _) = try read(environment, document: document)
        #expect(config.backend == .redis)
        #expect(config.indexer.redis?.address == "redis://here:6379")
        #expect(config.indexer.memory == InMemoryIndexConfig())
    }

    @Test func `the engines' seed adds to those of the document`() throws {
        let document = """
            tokenProcessorConfig: {hashSeed: "7"}
            warmpath: {engineSeeds: ["1"]}
            """
        let (config, _) = try read(["PYTHONHASHSEED": "42"], document: document)
        #expect(config.indexer.keys.engineSeeds == ["1", "42", "7"])
        #expect(config.indexer.hashSeed == "7")
        #expect(try read(["PYTHONHASHSEED": "42"]).config.indexer.keys.engineSeeds == ["42"])
    }

    @Test func `the variables of llm-d's example outweigh the document`() throws {
        let document = """
            tokenProcessorConfig: {blockSize: 16}
            tokenizersPoolConfig: {huggingFaceToken: hf_document}
            kvEventsConfig: {zmqEndpoint: "tcp://*:1", topicFilter: a, concurrency: 1}
            """
        let (config, remarks) = try read(
            [
                "HF_TOKEN": "hf_environment", "BLOCK_SIZE": "256",
                "ZMQ_ENDPOINT": "tcp://*:5557", "ZMQ_TOPIC": "kv@", "POOL_CONCURRENCY": "8",
                "LOCAL_TOKENIZER_FILENAME": "tokenizer.json",
            ],
            document: document
        )
        #expect(config.tokenizers.hubToken == "hf_environment")
        #expect(config.indexer.blockSize.tokenCount == 256)
        #expect(config.indexer.events.centralAddress == "tcp://*:5557")
        #expect(config.indexer.events.topicFilter == "kv@")
        #expect(config.indexer.events.threadCount == 8)
        #expect(remarks == ConfigRemarks())
    }

    @Test(arguments: [
        ("BLOCK_SIZE", "0", "a whole number, 1 to 65536"),
        ("BLOCK_SIZE", "16 tokens", "a whole number, 1 to 65536"),
        ("POOL_CONCURRENCY", "257", "a whole number, 1 to 256"),
        ("ZMQ_ENDPOINT", "localhost", "a ZeroMQ address"),
    ])
    func `a variable that does not parse is named and not followed`(
        name: String,
        value: String,
        expectation: String
    ) throws {
        let (config, remarks) = try read([name: value])
        #expect(config == KVCacheConfig())
        #expect(
            remarks.warnings
                == ["\(name) is ignored: expected \(expectation), found `\(value)`"]
        )
    }
}

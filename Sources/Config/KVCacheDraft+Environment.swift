import Domain
import KVIndexer

/// The environment variables of llm-d's KV-cache manager and of its examples.
private enum Variable {
    static let redisAddress = "KVCACHE_INDEXER_REDIS_ADDR"
    static let engineSeed = "PYTHONHASHSEED"
    static let hubToken = "HF_TOKEN"
    static let tokenizerFileName = "LOCAL_TOKENIZER_FILENAME"
    static let blockSize = "BLOCK_SIZE"
    static let zmqEndpoint = "ZMQ_ENDPOINT"
    static let topicFilter = "ZMQ_TOPIC"
    static let concurrency = "POOL_CONCURRENCY"
}

extension KVCacheDraft {
    /// What the environment says outweighs a document. What of it does not parse is named, and
    /// not followed: nothing in the environment is fatal, as for llm-d.
    mutating func readEnvironment(_ environment: [String: String], _ findings: ConfigFindings) {
        var variables = EnvironmentVariables(environment)
        if let address = variables[Variable.redisAddress] {
            (costAwareBytes, valkeyAddress, redisAddress) = (nil, nil, address)
        }
        if let seed = variables[Variable.engineSeed] { addEngineSeed(seed) }
        if let token = variables[Variable.hubToken] { config.tokenizers.hubToken = token }
        if let name = variables[Variable.tokenizerFileName] {
            noteFileName(name, given: Variable.tokenizerFileName, findings)
        }
        if let tokens = variables.positiveInt(Variable.blockSize, atMost: Self.blockTokensMax) {
            config.indexer.blockSize = BlockSize(tokenCount: tokens)
        }
        if let endpoint = variables[Variable.zmqEndpoint] {
            if Self.isZMQAddress(endpoint) {
                config.indexer.events.centralAddress = endpoint
            } else {
                variables.refuse(Variable.zmqEndpoint, expected: "a ZeroMQ address")
            }
        }
        if let topic = variables[Variable.topicFilter] {
            config.indexer.events.topicFilter = topic
        }
        if let count = variables.positiveInt(Variable.concurrency, atMost: 256) {
            config.indexer.events.threadCount = count
        }
        variables.warnings.forEach(findings.warn)
    }
}

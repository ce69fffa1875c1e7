import BlockKeys
import Domain
import KVEvents
import KVIndexer
import Scheduling
import Tokenization

/// The sections that say what is indexed, and where.
extension KVCacheDraft {
    /// The sections of llm-d's indexer, which stand at the top of a document or, in later versions,
    /// some of them under `indexerConfig`.
    static let indexerSections = [
        "prefixStoreConfig", "tokenProcessorConfig", "kvBlockIndexConfig", "tokenizersPoolConfig",
        "kvCacheBackendConfigs",
    ]

    mutating func readIndexer(_ section: inout ConfigSection) {
        section.section("prefixStoreConfig") { readPrefixStore(&$0) }
        section.section("tokenProcessorConfig") { readTokenProcessor(&$0) }
        section.section("kvBlockIndexConfig") { readBlockIndex(&$0) }
        section.section("tokenizersPoolConfig") { readTokenizers(&$0) }
        readTierWeights(&section)
    }

    private mutating func readPrefixStore(_ section: inout ConfigSection) {
        section.read("cacheSize", 0...Self.countMax, into: &config.prefixStore.cacheSize)
        section.read("blockSize", 1...1 << 20, into: &config.prefixStore.blockSize)
    }

    private mutating func readTokenProcessor(_ section: inout ConfigSection) {
        var (older, newer) = (0, 0)
        section.read("blockSize", 0...Self.blockTokensMax, into: &older)
        section.read("blockSizeTokens", 0...Self.blockTokensMax, into: &newer)
        if older > 0, newer > 0, older != newer {
            section.findings.warn(
                "\(section.path(of: "blockSize")) has no effect beside blockSizeTokens"
            )
        }
        // As for llm-d, 0 leaves the default.
        if let tokens = [newer, older].first(where: { $0 > 0 }) {
            config.indexer.blockSize = BlockSize(tokenCount: tokens)
        }
        section.read("hashSeed", into: &config.indexer.hashSeed)
        var word = HashAlgorithm.unsaid
        section.read("hashAlgorithm", into: &word)
        algorithm = BlockKeyAlgorithm(rawValue: word.rawValue)
    }

    private mutating func readBlockIndex(_ section: inout ConfigSection) {
        section.section("inMemoryConfig") { memory in
            isMemoryGiven = true
            memory.read("size", 1...Self.countMax, into: &config.indexer.memory.keysMax)
            readPodCacheSize(&memory)
        }
        section.section("costAwareMemoryConfig") { memory in
            var bytes = 2 << 30
            memory.readByteCount("size", 1 << 20...Int.max, into: &bytes)
            costAwareBytes = bytes
        }
        section.section("redisConfig") { redis in
            redisAddress = Self.address(&redis, default: RedisIndexConfig.defaultAddress)
        }
        section.section("valkeyConfig") { valkey in
            valkeyAddress = Self.address(&valkey, default: "valkey://127.0.0.1:6379")
        }
        section.read("enableMetrics", into: &isMetricsEnabled)
        section.read(
            "metricsLoggingInterval",
            .zero ... .seconds(86_400 * 365),
            into: &metricsInterval
        )
    }

    private func readPodCacheSize(_ section: inout ConfigSection) {
        var count = 0
        section.read("podCacheSize", 1...Self.countMax, into: &count)
        if count > 0 {
            section.findings.note(
                "\(section.path(of: "podCacheSize")) has no effect: "
                    + "any number of endpoints can hold a block"
            )
        }
    }

    private static func address(_ section: inout ConfigSection, default: String) -> String {
        var address: String?
        section.readAddress("address", expected: addressExpectation, into: &address) {
            !$0.contains { $0.isWhitespace }
        }
        var type = RedisType.redis
        section.read("backendType", into: &type)
        var usesRDMA = false
        section.read("enableRDMA", into: &usesRDMA)
        if usesRDMA {
            section.findings.warn("\(section.path(of: "enableRDMA")) has no effect: TCP is used")
        }
        return address ?? `default`
    }

    private mutating func readTierWeights(_ section: inout ConfigSection) {
        var weights: [CacheTier: Double] = [:]
        section.sections("kvCacheBackendConfigs", countMax: 64) { item in
            var (name, weight) = (String?.none, 1.0)
            item.read("name", into: &name)
            item.read("weight", 0...1_000_000, into: &weight)
            guard let name else {
                return item.refuse("name", expected: "a tier's name")
            }
            let word = Array(name.utf8)
            guard let tier = CacheTier(medium: word.span) else {
                return item.findings.warn("\(item.path): `\(name.forMessages)` is no known tier")
            }
            if weights.updateValue(weight, forKey: tier) != nil {
                item.findings.warn("\(item.path): the tier has a weight already: this one counts")
            }
        }
        if !weights.isEmpty { config.tierWeights = TierWeights(weights) }
    }

    /// Engines' blocks have 1 to 1,024 tokens.
    static let blockTokensMax = 65_536
}

/// The words of `hashAlgorithm`.
private enum HashAlgorithm: String, CaseIterable {
    case unsaid = ""
    case cborFNV = "cbor-fnv"
    case xxh64
}

/// The words of `backendType`. Both speak one protocol.
private enum RedisType: String, CaseIterable {
    case redis, valkey
    case unsaid = ""
}

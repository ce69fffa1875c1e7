import CommandLineArguments
import Config
import FoundationEssentials
import Telemetry
import Tokenization
import Tokenizer

/// The parts that turn prompts into tokens, as the options and the environment say.
struct TokenizationParts {
    let metrics: TokenizationMetrics
    let prompts: PromptTokenizer
    let pool: TokenizationPool
    /// To be run. Nil if one tokenizer serves every model.
    let tokenizers: TokenizerRegistry?

    /// - Throws: if `--tokenizer` cannot be loaded. Others are loaded when they are asked for.
    init(_ arguments: Arguments, registry: MetricsRegistry, log: Log) throws {
        metrics = TokenizationMetrics(registry: registry)
        let loader = FileModelLoader(
            template: try ChatTemplate(named: arguments[ServeOptions.chatTemplate])
        )
        let single = try arguments[ServeOptions.tokenizer].map { try loader.load(path: $0) }
        var config = Self.registryConfig(arguments)
        // A tokenizer for every model is that of the pool's own, too.
        if single != nil { config.knownModels = [] }
        if config.paths.isEmpty && config.folders.isEmpty && config.knownModels.isEmpty {
            if single == nil {
                log.warning("no tokenizer is configured: requests are routed by load alone")
            }
            tokenizers = nil
        } else {
            tokenizers = TokenizerRegistry(
                config: config,
                loader: loader,
                fallback: single,
                metrics: metrics,
                log: log
            )
        }
        tokenizers?.preload()
        prompts = PromptTokenizer(
            models: tokenizers ?? SingleModel(single),
            store: PrefixStore(config: Self.storeConfig(arguments), metrics: metrics),
            metrics: metrics
        )
        pool = try TokenizationPool(config: Self.poolConfig(arguments))
    }

    private static func registryConfig(_ arguments: Arguments) -> TokenizerRegistryConfig {
        var config = TokenizerRegistryConfig()
        config.paths = arguments[ServeOptions.tokenizerMap].values
        config.folders = arguments[ServeOptions.tokenizersFolder]
        config.baseModels = arguments[ServeOptions.baseModels].values
        config.loadedMax = arguments[ServeOptions.tokenizersMax]
        config.addFolders(of: ProcessInfo.processInfo.environment)
        let model = arguments[ServeOptions.model]
        if !model.isEmpty { config.knownModels.insert(model) }
        return config
    }

    private static func storeConfig(_ arguments: Arguments) -> PrefixStoreConfig {
        var config = PrefixStoreConfig()
        config.cacheSize = arguments[ServeOptions.prefixStoreBlocks]
        config.blockSize = max(1, arguments[ServeOptions.prefixStoreBlockSize])
        config.bytesMax = arguments[ServeOptions.prefixStoreBytes].bytes
        return config
    }

    private static func poolConfig(_ arguments: Arguments) -> TokenizationPoolConfig {
        var config = TokenizationPoolConfig()
        let threads = arguments[ServeOptions.tokenizerWorkers]
        config.threadCount = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
        config.waitingMax = max(1, arguments[ServeOptions.tokenizerQueue])
        config.timeout = arguments[ServeOptions.tokenizerTimeout]
        return config
    }
}

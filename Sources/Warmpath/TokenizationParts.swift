import CommandLineArguments
import Config
import FoundationEssentials
import KVIndexer
import Telemetry
import Tokenization
import Tokenizer

/// The parts that turn prompts into tokens, as the options and the environment say.
struct TokenizationParts {
    let metrics: TokenizationMetrics
    let prompts: PromptTokenizer
    let pool: TokenizationPool
    let engines: EngineParts
    /// To be run. Nil if one tokenizer serves every model.
    let tokenizers: TokenizerRegistry?

    /// - Throws: if `--tokenizer` cannot be loaded. Others are loaded when they are asked for.
    init(
        _ arguments: Arguments,
        config: KVCacheConfig,
        registry: MetricsRegistry,
        log: Log
    ) throws {
        let metrics = TokenizationMetrics(registry: registry)
        let templates = ChatTemplateSettings(arguments, of: ServeOptions.command)
        let loader = FileModelLoader(
            template: templates.fallback,
            options: templates.options,
            mode: arguments[ServeOptions.tokenizerMode].mode
        )
        let single = try arguments[ServeOptions.tokenizer].map { try loader.load(path: $0) }
        let tokenizers = Self.registry(
            arguments,
            config,
            loader,
            fallback: single,
            metrics,
            log
        )
        let source: any ModelSource =
            switch arguments[ServeOptions.tokenizerBackend] {
            case .local: tokenizers ?? SingleModel(single)
            case .engine: EngineModels(baseModels: arguments[ServeOptions.baseModels].values)
            }
        let engines = EngineParts(
            arguments,
            model: config.indexer.model,
            models: source,
            loader: loader,
            metrics: metrics,
            registry: registry,
            log: log
        )
        if let single { engines.checks?.loaded(single) }
        let model = config.indexer.model
        tokenizers?.observeLoads { name, loaded in
            if name == model { engines.checks?.loaded(loaded) }
        }
        tokenizers?.preload()
        prompts = PromptTokenizer(
            models: engines.models,
            store: PrefixStore(config: config.prefixStore, metrics: metrics),
            metrics: metrics
        )
        pool = try TokenizationPool(config: Self.poolConfig(arguments, config))
        self.metrics = metrics
        self.engines = engines
        self.tokenizers = tokenizers
    }

    /// Nil if there is nothing to look for: one tokenizer serves every model, none does, or their
    /// engines do.
    private static func registry(
        _ arguments: Arguments,
        _ settings: KVCacheConfig,
        _ loader: FileModelLoader,
        fallback: LoadedModel?,
        _ metrics: TokenizationMetrics,
        _ log: Log
    ) -> TokenizerRegistry? {
        guard arguments[ServeOptions.tokenizerBackend] == .local else { return nil }
        var config = registryConfig(arguments, settings)
        // A tokenizer for every model is that of the pool's own, too.
        if fallback != nil { config.knownModels = [] }
        guard !config.paths.isEmpty || !config.folders.isEmpty || !config.knownModels.isEmpty else {
            if fallback == nil {
                log.warning("no tokenizer is configured: requests are routed by load alone")
            }
            return nil
        }
        return TokenizerRegistry(
            config: config,
            loader: loader,
            downloader: downloader(settings.tokenizers, log: log),
            fallback: fallback,
            metrics: metrics,
            log: log
        )
    }

    private static func registryConfig(
        _ arguments: Arguments,
        _ settings: KVCacheConfig
    ) -> TokenizerRegistryConfig {
        var config = TokenizerRegistryConfig()
        config.paths = settings.tokenizers.paths
        config.folders = settings.tokenizers.folders
        config.baseModels = arguments[ServeOptions.baseModels].values
        config.loadedMax = arguments[ServeOptions.tokenizersMax]
        config.addFolders(of: ProcessInfo.processInfo.environment)
        let model = settings.indexer.model
        if !model.isEmpty { config.knownModels.insert(model) }
        return config
    }

    private static func downloader(
        _ settings: TokenizerSettings,
        log: Log
    ) -> HubModelDownloader? {
        guard settings.downloads == true else { return nil }
        let environment = ProcessInfo.processInfo.environment
        var config = HubConfig { environment[$0] }
        config.token = config.token ?? settings.hubToken
        if let folder = settings.downloadsFolder { config.cachePath = folder }
        return HubModelDownloader(HubDownloader(config, log: log))
    }

    private static func poolConfig(
        _ arguments: Arguments,
        _ settings: KVCacheConfig
    ) -> TokenizationPoolConfig {
        var config = TokenizationPoolConfig()
        config.threadCount =
            settings.tokenizers.workersCount ?? ProcessInfo.processInfo.activeProcessorCount
        config.waitingMax = max(1, arguments[ServeOptions.tokenizerQueue])
        config.timeout = arguments[ServeOptions.tokenizerTimeout]
        return config
    }
}

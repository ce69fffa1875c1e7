import CommandLineArguments
import Domain
import FoundationEssentials
import HTTP
import Telemetry
import Tokenization
import Tokenizer

/// The parts that ask engines about tokens: for a self-check, or in place of a tokenizer.
struct EngineParts {
    /// Asks engines for the tokens that they alone know. Nil: they are not asked.
    let remote: RemoteTokenizer?
    /// The models, with what self-checks led to.
    let models: CheckedModels
    /// To be run. Nil if nothing is to be checked.
    let checks: EngineChecks?

    init(
        _ arguments: Arguments,
        model: String,
        models source: any ModelSource,
        loader: FileModelLoader,
        metrics: TokenizationMetrics,
        registry: MetricsRegistry,
        log: Log
    ) {
        let client = HTTPClient()
        let apiKey = ProcessInfo.processInfo.environment["VLLM_API_KEY"]
        remote = arguments[ServeOptions.engineAPI].api.map { api in
            var config = RemoteTokenizer.Config()
            config.api = api
            config.deadline = arguments[ServeOptions.engineTimeout]
            config.apiKey = apiKey
            return RemoteTokenizer(
                config,
                client: client,
                metrics: RemoteTokenizerMetrics(registry: registry),
                log: log
            )
        }
        models = CheckedModels(source, baseModels: arguments[ServeOptions.baseModels].values)
        let isLocal = arguments[ServeOptions.tokenizerBackend] == .local
        guard isLocal, arguments[ServeOptions.selfCheck], !model.isEmpty else {
            checks = nil
            return
        }
        var checking = SelfCheckRunner<TokenizerMode>.Config()
        checking.apiKey = apiKey
        checking.canAskEngine = remote != nil
        checks = EngineChecks(
            model: model,
            loader: loader,
            models: models,
            runner: SelfCheckRunner(
                checking,
                client: client,
                metrics: SelfCheckMetrics(registry: registry),
                log: log
            ),
            metrics: metrics
        )
    }

    /// To be called with every change of the pool.
    func enginesChanged(to endpoints: [Endpoint]) {
        let urls = endpoints.map { "http://\($0.address)" }
        remote?.setEngines(urls)
        checks?.enginesChanged(to: urls)
    }
}

import BlockKeys
import CommandLineArguments
import Config
import Discovery
import Domain
import ExtProc
import FoundationEssentials
import GRPC
import KVIndexer
import Routing
import Scheduling
import Scorers
import Telemetry
import ZMQ

// The only place that names concrete types across targets.

extension App {
    /// Builds every part and binds every port. After this, whoever connects is heard.
    static func make(_ arguments: Arguments, log: Log) throws -> App {
        GRPCLog.redirect { message, isError in
            if isError { log.warning("grpc", ["detail": message]) } else { log.debug(message) }
        }
        IgnoredOptions.warn(of: arguments, in: log)
        let registry = MetricsRegistry()
        var (policy, warnings) = SchedulingConfig.fromEnvironment(
            ProcessInfo.processInfo.environment
        )
        for warning in warnings { log.warning(warning) }
        policy.endpointRequestsMax = arguments[ServeOptions.endpointRequestsMax]
            .flatMap { $0 > 0 ? $0 : nil }

        var indexer = KVIndexerConfig()
        indexer.blockSize = BlockSize(tokenCount: max(1, arguments[ServeOptions.blockSize]))
        indexer.model = arguments[ServeOptions.model]
        indexer.memory.keysMax = arguments[ServeOptions.indexKeysMax]
        let indexerMetrics = KVIndexerMetrics(registry: registry)
        let index = InMemoryIndex(config: try indexer.validated().memory, metrics: indexerMetrics)
        let subscribers = try SubscriberRegistry(
            feed: FeedContext(
                index: index,
                spaces: KeySpaceRegistry(),
                config: indexer,
                metrics: indexerMetrics,
                log: log
            ),
            zmq: try ZMQContext()
        )

        let tokenization = try TokenizationParts(arguments, registry: registry, log: log)
        let endpoints = EndpointStore()
        let watcher = try EndpointsFileWatcher(
            path: arguments[ServeOptions.endpointsFile],
            store: endpoints,
            metrics: DiscoveryMetrics(
                registry: registry,
                poolName: arguments[ServeOptions.poolName]
            ),
            log: log,
            onChange: {
                subscribers.reconcile(with: $0)
                tokenization.engines.enginesChanged(to: $0.endpoints)
            }
        )

        let metrics = RoutingMetrics(registry: registry)
        let router = RequestRouter(
            endpoints: endpoints,
            prompts: PromptKeys(
                tokenizer: tokenization.prompts,
                hasher: BlockKeyHasher(blockSize: indexer.blockSize, seed: indexer.hashSeed)
            ),
            index: index,
            engines: tokenization.engines.remote,
            injectsTokenIDs: arguments[ServeOptions.injectsTokenIDs],
            profile: SchedulingProfile(policy, seed: .random(in: 0 ... .max)),
            pool: tokenization.pool,
            metrics: metrics,
            tokenizationMetrics: tokenization.metrics,
            log: log
        )
        let readiness = Readiness()
        let admin = try AdminServer.listen(
            host: arguments[ServeOptions.listenHost],
            port: UInt16(clamping: arguments[ServeOptions.metricsPort]),
            registry: registry
        ) {
            metrics.refresh(
                endpoints: endpoints.snapshot.endpoints,
                inFlight: router.inFlight.snapshot
            )
        }
        return App(
            gateway: try GRPCServer.open(try gatewayConfig(arguments)),
            extProc: ExtProcServer(
                router: router,
                bodyBytesMax: arguments[ServeOptions.bodyBytesMax],
                log: log
            ),
            health: try GRPCServer.open(
                GRPCServerConfig(address: address(arguments, ServeOptions.healthPort))
            ),
            healthService: HealthService { readiness.isReady },
            hasHealthOnGateway: arguments[ServeOptions.healthChecking],
            admin: admin,
            watcher: watcher,
            tokenizers: tokenization.tokenizers,
            engineChecks: tokenization.engines.checks,
            readiness: readiness,
            drainTimeout: arguments[ServeOptions.drainTimeout],
            log: log
        )
    }

    private static func gatewayConfig(_ arguments: Arguments) throws -> GRPCServerConfig {
        var config = GRPCServerConfig(address: address(arguments, ServeOptions.grpcPort))
        config.threadCount = max(1, arguments[ServeOptions.grpcThreads])
        config.messageBytesMax = arguments[ServeOptions.receiveBytesMax].bytes
        if arguments[ServeOptions.secureServing] {
            guard let folder = arguments[ServeOptions.certPath] else {
                ServeOptions.command.exitWithUsageError("--secure-serving needs --cert-path")
            }
            config.identity = try TLSIdentity(readingFrom: folder)
        }
        return config
    }

    private static func address(_ arguments: Arguments, _ port: Option<Int>) -> String {
        "\(arguments[ServeOptions.listenHost]):\(arguments[port])"
    }
}

extension TLSIdentity {
    /// Reads `tls.crt`, `tls.key` and, if it is there, `ca.crt`: what a Kubernetes secret mounts.
    fileprivate init(readingFrom folder: String) throws {
        func text(_ name: String) throws -> String {
            try String(contentsOf: URL(filePath: "\(folder)/\(name)"), encoding: .utf8)
        }
        let hasRoots = FileManager.default.fileExists(atPath: "\(folder)/ca.crt")
        self.init(
            certificateChain: try text("tls.crt"),
            privateKey: try text("tls.key"),
            clientRoots: hasRoots ? try text("ca.crt") : nil
        )
    }
}

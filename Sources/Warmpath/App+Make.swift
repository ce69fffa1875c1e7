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
import Tokenization

// The only place that names concrete types across targets.

extension App {
    /// Builds every part and binds every port. After this, whoever connects is heard.
    static func make(_ arguments: Arguments, log: Log) throws -> App {
        GRPCLog.redirect { message, isError in
            if isError { log.warning("grpc", ["detail": message]) } else { log.debug(message) }
        }
        IgnoredOptions.warn(of: arguments, in: log)
        let registry = MetricsRegistry()
        let environment = ProcessInfo.processInfo.environment
        let (config, remarks) = try KVCacheSettings.read(arguments, environment: environment)
        for warning in remarks.warnings { log.warning(warning) }
        for note in remarks.notes { log.info(note) }
        let tokenization = try TokenizationParts(
            arguments,
            config: config,
            registry: registry,
            log: log
        )
        let endpoints = EndpointStore()
        let kvCache = try KVCacheParts(
            config,
            endpoints: endpoints,
            registry: registry,
            log: log,
            onModel: { tokenization.tokenizers?.announce($0) }
        )
        let watcher = try EndpointsFileWatcher(
            path: arguments[ServeOptions.endpointsFile],
            store: endpoints,
            metrics: DiscoveryMetrics(
                registry: registry,
                poolName: arguments[ServeOptions.poolName]
            ),
            log: log,
            onChange: {
                kvCache.enginesChanged(to: $0)
                tokenization.engines.enginesChanged(to: $0.endpoints)
            }
        )

        let metrics = RoutingMetrics(registry: registry)
        let router = RequestRouter(
            endpoints: endpoints,
            prompts: tokenization.prompts,
            lookup: kvCache.lookup,
            expected: kvCache.expected,
            engines: tokenization.engines.remote,
            injectsTokenIDs: arguments[ServeOptions.injectsTokenIDs],
            profile: SchedulingProfile(
                policy(arguments, config, environment: environment, log: log),
                seed: .random(in: 0 ... .max)
            ),
            pool: tokenization.pool,
            metrics: metrics,
            tokenizationMetrics: tokenization.metrics,
            log: log
        )
        let readiness = Readiness()
        let admin = try AdminServer.listen(
            host: arguments[ServeOptions.listenHost],
            port: UInt16(clamping: arguments[ServeOptions.metricsPort]),
            registry: registry,
            snapshots: kvCache.snapshots.map { SnapshotEndpoint($0, metrics: kvCache.metrics) },
            canServeSnapshots: { kvCache.hasBegun }
        ) {
            kvCache.refreshMetrics()
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
            kvCache: kvCache,
            indexLogger: config.metricsInterval.map {
                IndexMetricsLogger(
                    interval: $0,
                    cache: kvCache,
                    routing: metrics,
                    log: log
                )
            },
            readiness: readiness,
            drainTimeout: arguments[ServeOptions.drainTimeout],
            log: log
        )
    }

    private static func policy(
        _ arguments: Arguments,
        _ config: KVCacheConfig,
        environment: [String: String],
        log: Log
    ) -> SchedulingConfig {
        var (policy, warnings) = SchedulingConfig.fromEnvironment(environment)
        for warning in warnings { log.warning(warning) }
        policy.tierWeights = config.tierWeights
        policy.endpointRequestsMax = arguments[ServeOptions.endpointRequestsMax]
            .flatMap { $0 > 0 ? $0 : nil }
        return policy
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

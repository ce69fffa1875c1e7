import BlockKeys
import CommandLineArguments
import Config
import Discovery
import Domain
import ExtProc
import FlowControl
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
        let settings = try ServeSettings(
            arguments,
            environment: ProcessInfo.processInfo.environment,
            seed: .random(in: 0 ... .max)
        )
        for remarks in settings.remarks { remarks.tell(to: log) }
        let config = settings.kvCache
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
        let discoveryMetrics = DiscoveryMetrics(
            registry: registry,
            poolName: arguments[ServeOptions.poolName]
        )
        let plan = PlanHolder(settings)
        let scheduling = try SchedulingParts(
            arguments,
            settings.setup,
            endpoints: endpoints,
            metrics: discoveryMetrics,
            registry: registry,
            log: log,
            onReport: { plan.approximate?.follow($1, of: $0) }
        )
        let watcher = try EndpointsFileWatcher(
            path: arguments[ServeOptions.endpointsFile],
            store: endpoints,
            metrics: discoveryMetrics,
            log: log,
            onChange: {
                plan.approximate?.follow($0)
                kvCache.enginesChanged(to: $0)
                scheduling.enginesChanged(to: $0)
                tokenization.engines.enginesChanged(to: $0.endpoints)
            }
        )

        let metrics = RoutingMetrics(registry: registry)
        var surroundings = RequestRouter.Surroundings(
            endpoints: endpoints,
            ledger: scheduling.ledger,
            prompts: tokenization.prompts,
            lookup: kvCache.lookup,
            pool: tokenization.pool,
            admission: scheduling.admission,
            adapters: scheduling.adapters,
            announcing: kvCache.announcing,
            metrics: metrics,
            tokenizationMetrics: tokenization.metrics,
            log: log
        )
        surroundings.expected = kvCache.expected
        surroundings.engines = tokenization.engines.remote
        surroundings.injectsTokenIDs = arguments[ServeOptions.injectsTokenIDs]
        let router = RequestRouter(surroundings, plan: plan.current)
        let readiness = Readiness()
        let admin = try AdminServer.listen(
            host: arguments[ServeOptions.listenHost],
            port: UInt16(clamping: arguments[ServeOptions.metricsPort]),
            registry: registry,
            snapshots: kvCache.snapshots.map { SnapshotEndpoint($0, metrics: kvCache.metrics) },
            canServeSnapshots: { kvCache.hasBegun }
        ) {
            kvCache.refreshMetrics()
            scheduling.refreshMetrics(metrics)
        }
        var extProc = ExtProcConfig()
        extProc.bodyBytesMax = arguments[ServeOptions.bodyBytesMax]
        extProc.sendsPrefillerURL = arguments[ServeOptions.sendsPrefillerURL]
        return App(
            gateway: try GRPCServer.open(try gatewayConfig(arguments)),
            extProc: ExtProcServer(router: router, config: extProc, log: log),
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
            scheduling: scheduling,
            reloader: reloader(settings, plan, router, scheduling, registry, log),
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

    /// Nil if scheduling is not configured by a file.
    private static func reloader(
        _ settings: ServeSettings,
        _ plan: PlanHolder,
        _ router: RequestRouter,
        _ scheduling: SchedulingParts,
        _ registry: MetricsRegistry,
        _ log: Log
    ) -> ConfigReloader? {
        guard let file = settings.schedulingFile else { return nil }
        return ConfigReloader(
            path: file.path,
            identity: file.identity,
            byteCountMax: SchedulingConfigFile.byteCountMax,
            registry: registry,
            log: log
        ) { document in
            let setup = try settings.scheduling.read(document)
            setup.remarks.tell(to: log)
            if setup.kvCache != settings.setup.kvCache {
                log.warning("settings of the KV cache have changed: they count after a restart")
            }
            router.follow(plan.follow(setup))
            scheduling.admission.apply(setup.admission)
        }
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

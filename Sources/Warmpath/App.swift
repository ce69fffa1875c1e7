import CommandLineArguments
import Config
import Discovery
import Domain
import ExtProc
import GRPC
import HTTP
import KVIndexer
import Routing
import Scheduling
import Telemetry
import Threads
import Tokenization

/// The wired house: everything that `warmpath serve` runs.
struct App: Sendable {
    let gateway: GRPCServer
    let extProc: ExtProcServer
    let health: GRPCServer
    let healthService: HealthService
    /// Health checks are answered on the gateway's port as well.
    let hasHealthOnGateway: Bool
    let admin: AdminServer
    let watcher: EndpointsFileWatcher
    let tokenizers: TokenizerRegistry?
    let engineChecks: EngineChecks?
    let kvCache: KVCacheParts
    let scheduling: SchedulingParts
    /// Nil: scheduling is not configured by a file.
    let reloader: ConfigReloader?
    /// Nil: the log has no lines of the index.
    let indexLogger: IndexMetricsLogger?
    let readiness: Readiness
    let drainTimeout: Duration
    let log: Log

    /// Runs until the process is asked to end, or a part fails. Nothing outlives this call.
    func run() async throws {
        log.info(
            "serving",
            [
                "version": Version.current, "ext_proc_port": "\(gateway.port)",
                "health_port": "\(health.port)", "metrics_port": "\(admin.port)",
            ]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await health.run(drainTimeout: .zero) { await healthService.serve($0) }
            }
            group.addTask { try await admin.run() }
            // Loading a snapshot may take a while, in which we are alive, and not ready.
            await kvCache.begin()
            readiness.begin()
            group.addTask { await watcher.run() }
            group.addTask { await scheduling.run() }
            group.addTask { await reload() }
            if let tokenizers { group.addTask { await tokenizers.run() } }
            if let engineChecks { group.addTask { await engineChecks.run() } }
            if let expected = kvCache.expected { group.addTask { await expected.run() } }
            if let snapshots = kvCache.snapshots, snapshots.isSaving {
                group.addTask { await snapshots.run() }
            }
            if let indexLogger { group.addTask { await indexLogger.run() } }
            group.addTask { await serveUntilTerminated() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        await kvCache.finish()
    }

    private func reload() async {
        if let reloader { return await reloader.run() }
        await HangupSignal.forEach { log.info("nothing is read again: there is no --config-file") }
    }

    /// Health and metrics stay up while the last requests finish: the others end after this.
    private func serveUntilTerminated() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await gateway.run(drainTimeout: drainTimeout) { call in
                    let isHealthCheck = hasHealthOnGateway && HealthService.serves(call.method)
                    return isHealthCheck
                        ? await healthService.serve(call) : await extProc.serve(call)
                }
            }
            group.addTask { await TerminationSignal.wait() }
            await group.next()
            readiness.drain()
            log.info("draining", ["timeout": "\(drainTimeout)"])
            group.cancelAll()
            await group.waitForAll()
        }
    }
}

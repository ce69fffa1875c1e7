import CommandLineArguments
import Config
import Discovery
import Domain
import FlowControl
import HTTP
import Routing
import Scheduling
import Telemetry

/// The parts that know what endpoints have to do, and who may go to them now.
final class SchedulingParts: Sendable {
    let ledger: EndpointLedger
    let admission: Admission
    let adapters = AdapterRegistry()
    /// To be run. Nil: engines are not asked for their load.
    private let collector: ReportCollector?
    private let endpoints: EndpointStore
    private let discoveryMetrics: DiscoveryMetrics
    private let collection: ReportCollector.Config

    /// Between two looks for what is overdue while there are no decisions.
    private static let sweepInterval = Duration.seconds(1)

    init(
        _ arguments: Arguments,
        _ setup: SchedulingSetup,
        endpoints: EndpointStore,
        metrics: DiscoveryMetrics,
        registry: MetricsRegistry,
        log: Log,
        onReport: @escaping @Sendable (EndpointID, EngineReport) -> Void
    ) throws {
        let ledger = EndpointLedger()
        self.ledger = ledger
        self.endpoints = endpoints
        discoveryMetrics = metrics
        let config = Self.collection(arguments)
        collection = config
        let admission = Admission(
            setup.admission,
            metrics: FlowControlMetrics(
                registry: registry,
                poolName: arguments[ServeOptions.poolName]
            ),
            seed: .random(in: 0 ... .max)
        ) {
            let snapshot = endpoints.snapshot
            return PoolLoads(
                ledger.loads(in: snapshot),
                in: snapshot,
                reportAgeMax: config.reportAgeMax(endpointCount: snapshot.endpoints.count)
            )
        }
        self.admission = admission
        ledger.onRelease { admission.capacityChanged() }
        guard arguments[ServeOptions.readsReports] else {
            collector = nil
            return
        }
        collector = ReportCollector(
            config,
            client: HTTPClient(),
            adapters: adapters,
            metrics: metrics,
            log: log,
            inFlight: { ledger.inFlightRequests(at: $0) }
        ) { endpoint, report in
            ledger.report(report, of: endpoint)
            onReport(endpoint, report)
            admission.capacityChanged()
        }
    }

    private static func collection(_ arguments: Arguments) -> ReportCollector.Config {
        var config = ReportCollector.Config()
        config.busyInterval = max(.milliseconds(50), arguments[ServeOptions.reportsInterval])
        config.idleInterval = max(config.idleInterval, config.busyInterval)
        return config
    }

    /// To be called with every change of the pool.
    func enginesChanged(to snapshot: EndpointSnapshot) {
        ledger.follow(snapshot)
        collector?.enginesChanged(to: snapshot)
        admission.capacityChanged()
    }

    /// Runs until the task is cancelled. Then nothing waits for its turn any more.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.admission.run() }
            if let collector { group.addTask { await collector.run() } }
            group.addTask {
                while (try? await Task.sleep(for: Self.sweepInterval)) != nil {
                    self.ledger.endDue()
                    self.ledger.forgetReports(olderThan: self.reportAgeMax)
                }
            }
        }
    }

    /// From when on an engine counts as silent: it has missed more than a poll or two.
    private var reportAgeMax: Duration {
        collection.reportAgeMax(endpointCount: endpoints.snapshot.endpoints.count) * 3
    }

    /// Sets the gauges that describe a moment. To be called before they are read.
    func refreshMetrics(_ metrics: RoutingMetrics) {
        let snapshot = endpoints.snapshot
        let loads = ledger.loads(in: snapshot)
        metrics.refresh(snapshot, loads: loads)
        discoveryMetrics.pool.refresh(snapshot, loads: loads)
        admission.refreshMetrics()
    }
}

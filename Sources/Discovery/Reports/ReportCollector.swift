package import Domain
package import HTTP
import Synchronization
package import Telemetry

/// Asks engines for their load and their LoRA adapters, each as often as its state calls for.
///
/// An engine that does not answer keeps its last report: readers tell by its age.
///
/// Thread safety: every method may be called from any thread. All polls share the client's one
/// thread; answers are read on the shared pool of threads.
package final class ReportCollector: Sendable {
    private let config: Config
    private let client: HTTPClient
    private let adapters: AdapterRegistry
    private let metrics: DiscoveryMetrics
    private let log: Log
    private let inFlight: @Sendable (EndpointID) -> Int
    private let onReport: @Sendable (EndpointID, EngineReport) -> Void
    private let schedule: Mutex<PollSchedule>
    /// Engines that say that they can run adapters, whether they have any or not.
    private let adapterEngines = Mutex<Set<EndpointID>>([])
    private let (wakes, wake) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    /// - Parameters:
    ///   - adapters: is kept at what the engines say.
    ///   - inFlight: is asked with each report for the requests that this picker has at an
    ///     endpoint, from any thread: one that has any is busy, whatever it says. Must not block.
    ///   - onReport: is called with each report, from any thread. Must not block.
    package init(
        _ config: Config = Config(),
        client: HTTPClient,
        adapters: AdapterRegistry,
        metrics: DiscoveryMetrics,
        log: Log,
        inFlight: @escaping @Sendable (EndpointID) -> Int = { _ in 0 },
        onReport: @escaping @Sendable (EndpointID, EngineReport) -> Void
    ) {
        self.config = config
        self.client = client
        self.adapters = adapters
        self.metrics = metrics
        self.log = log
        self.inFlight = inFlight
        self.onReport = onReport
        schedule = Mutex(PollSchedule(config))
    }

    /// To be called with every snapshot of the pool, one call at a time.
    package func enginesChanged(to snapshot: EndpointSnapshot) {
        let ids = Set(snapshot.ids)
        adapters.enginesChanged(to: ids)
        adapterEngines.withLock { $0.formIntersection(ids) }
        schedule.withLock { $0.enginesChanged(to: snapshot.endpoints, at: .now) }
        wake.yield()
    }

    /// Asks until the task is cancelled. To be called once.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var timer: ContinuousClock.Instant?
            for await _ in wakes {
                if let end = timer, end <= .now { timer = nil }
                var action = next()
                while case .ask(let poll) = action {
                    group.addTask { await self.ask(poll) }
                    action = next()
                }
                guard case .wait(let due) = action, timer.map({ due < $0 }) ?? true else {
                    continue
                }
                timer = due
                group.addTask {
                    try? await Task.sleep(until: due, clock: .continuous)
                    self.wake.yield()
                }
            }
        }
    }

    private func next() -> PollSchedule.Action { schedule.withLock { $0.next(at: .now) } }

    private func ask(_ poll: PollSchedule.Poll) async {
        let outcome: PollSchedule.Outcome
        var problem = ""
        do throws(PollError) {
            switch poll.question {
            case .metrics: outcome = .answered(askAgainAfter: try await askLoad(poll.endpoint))
            case .models: outcome = .answered(askAgainAfter: try await askModels(poll.endpoint))
            }
        } catch {
            outcome = .failed
            problem = error.description
        }
        let turn = schedule.withLock { $0.ended(poll, outcome, at: .now) }
        wake.yield()
        guard let turn, !Task.isCancelled else { return }
        let fields: KeyValuePairs = [
            "endpoint": poll.endpoint.name, "url": poll.url, "reason": problem,
        ]
        switch turn {
        case .beganToFail: log.warning("an engine does not say what it has to do", fields)
        case .recovered: log.info("an engine says again what it has to do", fields)
        }
    }
}

// MARK: Questions

extension ReportCollector {
    /// Returns when to ask again.
    private func askLoad(_ endpoint: Endpoint) async throws(PollError) -> Duration {
        let body = try await answer(to: PollSchedule.Poll(endpoint: endpoint, question: .metrics))
        guard var reading = EngineReading(body.span, from: endpoint.engine) else {
            metrics.extractErrors(.metrics).add()
            throw .unreadable(reason: "no metrics of \(endpoint.engine.rawValue) are there")
        }
        reading.report.receivedAt = .now
        adapters.update(endpoint.id, activity: reading.adapters)
        let report = reading.report
        adapterEngines.withLock { engines in
            if report.adaptersMax > 0 {
                engines.insert(endpoint.id)
            } else {
                engines.remove(endpoint.id)
            }
        }
        if schedule.withLock({ $0.contains(endpoint.id) }) { onReport(endpoint.id, report) }
        let isBusy = report.waitingRequests > 0 || report.runningRequests > 0
        return config.interval(isBusy: isBusy || inFlight(endpoint.id) > 0)
    }

    /// Returns when to ask again.
    private func askModels(_ endpoint: Endpoint) async throws(PollError) -> Duration {
        let body = try await answer(to: PollSchedule.Poll(endpoint: endpoint, question: .models))
        guard let list = ModelList(body) else {
            metrics.extractErrors(.models).add()
            throw .unreadable(reason: "no list of models is there")
        }
        adapters.update(endpoint.id, listed: list.adapters)
        let canRunAdapters = adapterEngines.withLock { $0.contains(endpoint.id) }
        return config.modelsInterval(hasAdapters: canRunAdapters || !list.adapters.isEmpty)
    }

    private func answer(to poll: PollSchedule.Poll) async throws(PollError) -> [UInt8] {
        var request = HTTPClient.Request("GET", poll.url, deadline: config.deadline)
        request.bodyBytesMax = config.bodyBytesMax
        let response: HTTPClient.Response
        do throws(HTTPError) {
            response = try await client.send(request)
        } catch {
            if error != .cancelled { metrics.pollErrors(poll.question).add() }
            throw .unanswered(reason: "\(error)")
        }
        guard response.status == 200 else {
            metrics.pollErrors(poll.question).add()
            throw .unanswered(reason: "status \(response.status)")
        }
        return response.body
    }
}

extension PollSchedule.Poll {
    fileprivate var url: String {
        switch question {
        case .metrics: endpoint.metricsURL
        case .models: "http://\(endpoint.address)/v1/models"
        }
    }
}

/// Why a question has no answer.
private enum PollError: Error, CustomStringConvertible {
    case unanswered(reason: String)
    /// What answers is not what we take it for.
    case unreadable(reason: String)

    var description: String {
        switch self {
        case .unanswered(let reason), .unreadable(let reason): reason
        }
    }
}

import Domain
package import HTTP
import Synchronization
package import Telemetry

/// Sends probes to an engine's `/tokenize` when the picker starts and when an endpoint appears,
/// and says what follows from its answers.
///
/// Thread safety: may be used from any task.
///
/// Each version of a model's engines is asked once: replicas of one version answer alike. What is
/// not known stays to be asked of the next endpoint.
package final class SelfCheckRunner<Mode: Equatable & Sendable>: Sendable {
    package struct Config: Equatable, Sendable {
        /// Requests at a time, little enough for an engine that serves clients meanwhile.
        package var concurrency = 4
        package var requestDeadline = Duration.seconds(5)
        /// For all probes. What has no answer by then is not compared.
        package var deadline = Duration.seconds(30)
        package var responseBytesMax = 1 << 20
        /// Unanswered probes in a row after which the engine is left alone.
        package var failuresInARowMax = 4
        /// Versions whose outcome is remembered, the latest ones.
        package var versionsMax = 256
        /// Whether an engine that agrees with no mode may be asked for each request.
        package var canAskEngine = true
        package var apiKey: String?

        package init() {}
    }

    /// An engine to be asked.
    package struct Engine: Hashable, Sendable {
        /// `http://host:port`.
        package let url: String
        /// Whatever changes when the engine's image or arguments do, such as a template's hash.
        package let version: String
        /// The model as the engine knows it.
        package let model: String

        package init(url: String, version: String, model: String) {
            self.url = url
            self.version = version
            self.model = model
        }
    }

    private struct Subject: Hashable {
        let model: String
        let version: String
    }

    private struct State {
        var reports: [Subject: SelfCheck<Mode>.Report] = [:]
        /// Of `reports`, the oldest first.
        var subjects: [Subject] = []
        var underWay: Set<Subject> = []
    }

    private let config: Config
    private let client: HTTPClient
    private let metrics: SelfCheckMetrics
    private let log: Log
    private let state = Mutex(State())

    package init(_ config: Config, client: HTTPClient, metrics: SelfCheckMetrics, log: Log) {
        self.config = config
        self.client = client
        self.metrics = metrics
        self.log = log
    }

    /// Checks one engine, unless its version has been checked: then returns what was found.
    ///
    /// - Parameter candidates: called off the request path, and only if the engine is asked; the
    ///   current mode first.
    /// - Returns: nil if the same check is under way.
    package func check(
        _ engine: Engine,
        probes: [Probe],
        candidates: @Sendable ([Probe]) async -> [SelfCheck<Mode>.Candidate]
    ) async -> SelfCheck<Mode>.Report? {
        let subject = Subject(model: engine.model, version: engine.version)
        let (known, isOurs) = state.withLock { state in
            (state.reports[subject], state.underWay.insert(subject).inserted)
        }
        guard known == nil, isOurs else {
            if isOurs { state.withLock { _ = $0.underWay.remove(subject) } }
            return known
        }
        let asking = ProbeConversation(
            url: engine.url,
            model: engine.model,
            client: client,
            concurrency: config.concurrency,
            requestDeadline: config.requestDeadline,
            deadline: config.deadline,
            responseBytesMax: config.responseBytesMax,
            failuresInARowMax: config.failuresInARowMax,
            apiKey: config.apiKey
        )
        let answers = await asking.answers(to: probes)
        let report = SelfCheck.report(
            on: probes,
            candidates: answers.isEmpty ? [] : await candidates(probes),
            answers: answers.map(SelfCheck<Mode>.Answer.init),
            canAskEngine: config.canAskEngine
        )
        finish(subject, report)
        announce(report, engine)
        return report
    }

    private func finish(_ subject: Subject, _ report: SelfCheck<Mode>.Report) {
        state.withLock { state in
            state.underWay.remove(subject)
            guard report.verdict != .unknown else { return }
            state.reports[subject] = report
            state.subjects.append(subject)
            if state.subjects.count > config.versionsMax {
                state.reports[state.subjects.removeFirst()] = nil
            }
        }
    }

    private func announce(_ report: SelfCheck<Mode>.Report, _ engine: Engine) {
        metrics.record(SelfCheckMetrics.State(report.verdict), model: engine.model)
        let consequence: String
        switch report.verdict {
        case .keep, .unknown:
            log.info(
                report.verdict == .keep
                    ? "the engine computes the tokens that we do"
                    : "the engine does not say which tokens it computes",
                [
                    "model": engine.model, "engine": engine.url,
                    "compared": "\(report.comparedCount)",
                ]
            )
            return
        case .change(let mode): consequence = "the model is tokenized in mode \(mode)"
        case .askEngine: consequence = "the engine is asked for the tokens of each request"
        case .off: consequence = "the model is routed without its tokens"
        }
        let difference = report.firstDifference
        log.warning(
            "the engine computes other tokens than we do: \(consequence)",
            [
                "model": engine.model, "engine": engine.url, "version": engine.version,
                "different": "\(report.differentCount) of \(report.comparedCount)",
                "first": difference?.probe ?? "", "token": "\(difference?.index ?? 0)",
                "ours": difference?.ours.map { "\($0.rawValue)" } ?? "none",
                "theirs": difference?.theirs.map { "\($0.rawValue)" } ?? "none",
            ]
        )
    }
}

extension SelfCheck.Answer {
    fileprivate init(_ answer: ProbeAnswer) {
        self =
            switch answer {
            case .tokens(let tokens): .tokens(tokens)
            case .refused: .refused
            case .missing: .missing
            }
    }
}

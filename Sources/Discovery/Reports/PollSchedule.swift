import Domain

/// What is to be asked of which endpoint, and when. Knows no clock and does nothing: it is told
/// the time, and says what is due.
///
/// Invariants:
/// 1. No question is asked again before it is answered or has failed.
/// 2. Questions keep the distances in time that they got when their endpoints appeared, so that a
///    pool is never asked all at once.
struct PollSchedule: Sendable {
    enum Question: Sendable, CaseIterable {
        case metrics
        case models
    }

    struct Poll: Equatable, Sendable {
        let endpoint: Endpoint
        let question: Question
    }

    enum Action: Equatable {
        case ask(Poll)
        /// Nothing is due before.
        case wait(until: ContinuousClock.Instant)
        /// Nothing can be asked before a poll ends or the pool changes.
        case rest
    }

    enum Outcome {
        case answered(askAgainAfter: Duration)
        case failed
    }

    enum Turn: Equatable {
        case beganToFail
        case recovered
    }

    private struct Entry {
        var poll: Poll
        var due: ContinuousClock.Instant
        var isUnderWay = false
        var failuresInARow = 0
    }

    private let config: ReportCollector.Config
    private var entries: [Entry] = []
    private var endpointCount = 0
    private var underWayCount = 0

    init(_ config: ReportCollector.Config) { self.config = config }

    /// Every endpoint of the pool as it is now. Those that are new become due one by one.
    mutating func enginesChanged(to endpoints: [Endpoint], at now: ContinuousClock.Instant) {
        var known: [EndpointID: [Entry]] = [:]
        for entry in entries { known[entry.poll.endpoint.id, default: []].append(entry) }
        var newCount = 0
        endpointCount = endpoints.count
        entries = []
        for endpoint in endpoints {
            if known[endpoint.id] == nil { newCount += 1 }
            for question in Question.asked(of: endpoint.engine) {
                let poll = Poll(endpoint: endpoint, question: question)
                var entry =
                    known[endpoint.id]?.first { $0.poll.question == question }
                    ?? Entry(poll: poll, due: now + config.delay(of: question, newCount: newCount))
                entry.poll = poll
                entries.append(entry)
            }
        }
        underWayCount = entries.count { $0.isUnderWay }
    }

    /// The longest overdue comes first.
    mutating func next(at now: ContinuousClock.Instant) -> Action {
        guard underWayCount < config.pollsAtOnceMax else { return .rest }
        var first: Int?
        for index in entries.indices where !entries[index].isUnderWay {
            if let first, entries[first].due <= entries[index].due { continue }
            first = index
        }
        guard let first else { return .rest }
        guard entries[first].due <= now else { return .wait(until: entries[first].due) }
        entries[first].isUnderWay = true
        underWayCount += 1
        return .ask(entries[first].poll)
    }

    /// Returns what has changed with it. Nil if nothing has, or if the endpoint has left.
    mutating func ended(
        _ poll: Poll,
        _ outcome: Outcome,
        at now: ContinuousClock.Instant
    ) -> Turn? {
        let index = entries.firstIndex {
            $0.poll.endpoint.id == poll.endpoint.id && $0.poll.question == poll.question
        }
        guard let index, entries[index].isUnderWay else { return nil }
        entries[index].isUnderWay = false
        underWayCount -= 1
        let failuresBefore = entries[index].failuresInARow
        let interval: Duration
        switch outcome {
        case .answered(let asked):
            entries[index].failuresInARow = 0
            interval = max(asked, config.spacing * endpointCount)
        case .failed:
            entries[index].failuresInARow += 1
            interval = config.backoff(afterFailures: failuresBefore + 1)
        }
        // From when it was due, not from now: else those that answer alike would drift together.
        let due = entries[index].due + interval
        entries[index].due = due > now ? due : now + interval
        if (failuresBefore == 0) == (entries[index].failuresInARow == 0) { return nil }
        return failuresBefore == 0 ? .beganToFail : .recovered
    }

    func contains(_ endpoint: EndpointID) -> Bool {
        entries.contains { $0.poll.endpoint.id == endpoint }
    }
}

extension ReportCollector.Config {
    /// Models come after metrics, which tell how often they are to be asked for.
    fileprivate func delay(of question: PollSchedule.Question, newCount: Int) -> Duration {
        spacing * newCount + (question == .models ? idleInterval : .zero)
    }
}

extension PollSchedule.Question {
    /// Triton has no list of models in OpenAI's format.
    fileprivate static func asked(of engine: EngineFamily) -> [Self] {
        switch engine {
        case .vllm, .sglang, .trtllmServe: allCases
        case .triton, .tritonTensorRTLLM: [.metrics]
        }
    }
}

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

    fileprivate struct Key: Hashable {
        let endpoint: EndpointID
        let question: Question
    }

    private struct Entry {
        var poll: Poll
        var due: ContinuousClock.Instant
        var isUnderWay = false
        var failuresInARow = 0
    }

    private let config: ReportCollector.Config
    private var entries: [Key: Entry] = [:]
    /// Those that are not under way, the next one last.
    private var waiting: [(due: ContinuousClock.Instant, key: Key)] = []
    private var endpointCount = 0

    init(_ config: ReportCollector.Config) { self.config = config }

    /// Every endpoint of the pool as it is now. Those that are new become due one by one.
    mutating func enginesChanged(to endpoints: [Endpoint], at now: ContinuousClock.Instant) {
        let known = entries
        var newCount = 0
        entries = [:]
        for endpoint in endpoints {
            if known[Key(endpoint: endpoint.id, question: .metrics)] == nil { newCount += 1 }
            for question in Question.asked(of: endpoint.engine) {
                let poll = Poll(endpoint: endpoint, question: question)
                let due = now + config.delay(of: question, newCount: newCount)
                var entry = known[poll.key] ?? Entry(poll: poll, due: due)
                entry.poll = poll
                entries[poll.key] = entry
            }
        }
        endpointCount = endpoints.count
        waiting = entries.filter { !$1.isUnderWay }.map { ($1.due, $0) }.sorted { $0.due > $1.due }
    }

    /// The longest overdue comes first.
    mutating func next(at now: ContinuousClock.Instant) -> Action {
        guard entries.count - waiting.count < config.pollsAtOnceMax,
            let (due, key) = waiting.last, let poll = entries[key]?.poll
        else { return .rest }
        guard due <= now else { return .wait(until: due) }
        waiting.removeLast()
        entries[key]?.isUnderWay = true
        return .ask(poll)
    }

    /// Returns what has changed with it. Nil if nothing has, or if the endpoint has left.
    mutating func ended(
        _ poll: Poll,
        _ outcome: Outcome,
        at now: ContinuousClock.Instant
    ) -> Turn? {
        guard var entry = entries[poll.key], entry.isUnderWay else { return nil }
        let failuresBefore = entry.failuresInARow
        let interval: Duration
        switch outcome {
        case .answered(let asked):
            entry.failuresInARow = 0
            interval = max(asked, config.spacing * endpointCount)
        case .failed:
            entry.failuresInARow += 1
            interval = config.backoff(afterFailures: entry.failuresInARow)
        }
        // From when it was due, not from now: else those that answer alike would drift together.
        let due = entry.due + interval
        entry.due = due > now ? due : now + interval
        entry.isUnderWay = false
        entries[poll.key] = entry
        wait(until: entry.due, poll.key)
        if (failuresBefore == 0) == (entry.failuresInARow == 0) { return nil }
        return failuresBefore == 0 ? .beganToFail : .recovered
    }

    private mutating func wait(until due: ContinuousClock.Instant, _ key: Key) {
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].due > due { low = middle + 1 } else { high = middle }
        }
        waiting.insert((due, key), at: low)
    }

    func contains(_ endpoint: EndpointID) -> Bool {
        entries[Key(endpoint: endpoint, question: .metrics)] != nil
    }
}

extension PollSchedule.Poll {
    fileprivate var key: PollSchedule.Key {
        PollSchedule.Key(endpoint: endpoint.id, question: question)
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

import Synchronization

/// Work that waits for a thread, whatever it results in.
protocol TokenizationWork: AnyObject, Sendable {
    /// When nobody waits for the result any more.
    var deadline: ContinuousClock.Instant { get }
    /// Whether the caller has its answer.
    var isAnswered: Bool { get }
    /// Does the work, unless the caller has its answer already, and answers.
    func run()
    /// Answers, unless the caller has its answer already.
    func fail(_ error: TokenizationError)
}

/// The work of one request, and the caller who waits for it.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariants:
/// 1. The caller is answered exactly once: by whoever moves the phase to `answered`.
/// 2. An answered job holds neither its work nor what the work holds.
final class TokenizationJob<Output: Sendable>: TokenizationWork {
    typealias Answer = Result<Output, TokenizationError>
    typealias Work = @Sendable () -> Output

    private enum Phase {
        /// Nobody waits yet.
        case made(Work)
        case waiting(Work, CheckedContinuation<Answer, Never>)
        case running(CheckedContinuation<Answer, Never>)
        /// The error is for a caller that begins to wait only now.
        case answered(TokenizationError?)
    }

    let deadline: ContinuousClock.Instant
    private let phase: Mutex<Phase>

    init(deadline: ContinuousClock.Instant, work: @escaping Work) {
        self.deadline = deadline
        phase = Mutex(.made(work))
    }

    var isAnswered: Bool {
        phase.withLock { if case .answered = $0 { true } else { false } }
    }

    /// Waits for the answer. `submit` hands the job over and says whether it was taken.
    func answer(submit: () -> Bool) async -> Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let error = beginWaiting(continuation) {
                    continuation.resume(returning: .failure(error))
                } else if !submit() {
                    fail(.full)
                }
            }
        } onCancel: {
            fail(.cancelled)
        }
    }

    private func beginWaiting(
        _ continuation: CheckedContinuation<Answer, Never>
    ) -> TokenizationError? {
        phase.withLock { phase in
            switch phase {
            case .made(let work):
                phase = .waiting(work, continuation)
                return nil
            case .answered(let error): return error ?? .cancelled
            case .waiting, .running: preconditionFailure("a job has one caller")
            }
        }
    }

    func run() {
        guard deadline > .now else { return fail(.late) }
        let work = phase.withLock { phase -> Work? in
            guard case .waiting(let work, let continuation) = phase else { return nil }
            phase = .running(continuation)
            return work
        }
        guard let work else { return }
        let output = work()
        waiter(leaving: nil)?.resume(returning: .success(output))
    }

    func fail(_ error: TokenizationError) {
        waiter(leaving: error)?.resume(returning: .failure(error))
    }

    /// Moves to `answered`. Returns whom to answer: nobody if that is done already.
    private func waiter(
        leaving error: TokenizationError?
    ) -> CheckedContinuation<Answer, Never>? {
        phase.withLock { phase in
            switch phase {
            case .waiting(_, let continuation), .running(let continuation):
                phase = .answered(nil)
                return continuation
            case .made:
                phase = .answered(error)
                return nil
            case .answered: return nil
            }
        }
    }
}

import Synchronization

/// Tells one waiting task that a number of threads have ended.
final class StopSignal: Sendable {
    private struct State {
        var running: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(waitingFor count: Int) { state = Mutex(State(running: count)) }

    func oneEnded() {
        let waiter = state.withLock { state in
            state.running -= 1
            return state.running == 0 ? state.waiter : nil
        }
        waiter?.resume()
    }

    /// Returns once all have ended. For one task only.
    func wait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                state.waiter = continuation
                return state.running == 0
            }
            if hasEnded { continuation.resume() }
        }
    }
}

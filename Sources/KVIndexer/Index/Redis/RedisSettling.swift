import Dispatch
import Synchronization

/// Who waits for the writer to have nothing left to do. Any thread may wait; the writer announces.
final class RedisSettling: Sendable {
    private struct State {
        var next = 0
        var waiting: [(ticket: Int, announced: DispatchSemaphore)] = []
    }

    private let state = Mutex(State())

    /// The ticket of whoever comes next. The writer takes it before it looks for work, so that it
    /// announces nothing to those whose changes it may have missed.
    var next: Int { state.withLock { $0.next } }

    /// - Parameter wake: makes the writer look for work.
    /// - Returns: false if it took too long.
    func wait(atMost duration: Duration, _ wake: () -> Void) -> Bool {
        let announced = DispatchSemaphore(value: 0)
        let ticket = state.withLock { state in
            state.waiting.append((state.next, announced))
            state.next += 1
            return state.next - 1
        }
        wake()
        let milliseconds = Int(duration / .milliseconds(1))
        if announced.wait(timeout: .now() + .milliseconds(milliseconds)) == .success { return true }
        state.withLock { $0.waiting.removeAll { $0.ticket == ticket } }
        return false
    }

    func announce(before ticket: Int) {
        state.withLock { state in
            for waiter in state.waiting where waiter.ticket < ticket { waiter.announced.signal() }
            state.waiting.removeAll { $0.ticket < ticket }
        }
    }
}

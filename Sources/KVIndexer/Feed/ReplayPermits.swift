import Synchronization

/// How many replays run at once in this process: each costs its engine time, too.
///
/// Thread safety: any thread may take and give back. `then` is called on the thread that gives
/// back, outside any lock.
final class ReplayPermits: Sendable {
    private struct Waiter {
        let id: UInt64
        let then: @Sendable () -> Void
    }

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: count)) }

    /// Takes a permit, or queues for one. Returns whether it was taken at once; if not, `then`
    /// comes with one later, unless `leave` comes first.
    func take(as id: UInt64, orThen then: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return true
            }
            state.waiters.append(Waiter(id: id, then: then))
            return false
        }
    }

    /// Leaves the queue. Returns whether it was in it: if not, a permit is on its way to it.
    func leave(_ id: UInt64) -> Bool {
        state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return false }
            state.waiters.remove(at: index)
            return true
        }
    }

    func giveBack() {
        let next: Waiter? = state.withLock { state in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.free += 1
            return nil
        }
        next?.then()
    }
}

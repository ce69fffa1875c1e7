import Dispatch
import Domain
import Synchronization

/// Blocks whose claims have changed, in the order of the changes, until the writer takes them.
///
/// Thread safety: any thread appends; one takes and waits.
final class RedisWriteQueue: Sendable {
    struct Run: Sendable {
        let claim: RedisClaim
        let tier: CacheTier
        let keys: [BlockKey]
    }

    /// What a run costs beside its keys, in keys.
    private static let runOverhead = 16

    private struct State {
        var runs: [Run] = []
        var cost = 0
        var isWoken = false
    }

    private let blocksMax: Int
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    init(blocksMax: Int) { self.blocksMax = blocksMax }

    /// - Returns: false if there is no room.
    func append(_ run: Run) -> Bool {
        let cost = run.keys.count + RedisWriteQueue.runOverhead
        let hasRoom = state.withLock { state in
            guard state.cost + cost <= blocksMax || state.runs.isEmpty else { return false }
            state.runs.append(run)
            state.cost += cost
            return true
        }
        wake()
        return hasRoom
    }

    func takeAll() -> [Run] {
        state.withLock { state in
            state.cost = 0
            return exchange(&state.runs, with: [])
        }
    }

    var isEmpty: Bool { state.withLock { $0.runs.isEmpty } }

    /// Ends the wait that is under way, or else the next.
    func wake() {
        let wasWoken = state.withLock { exchange(&$0.isWoken, with: true) }
        if !wasWoken { changed.signal() }
    }

    /// Waits until something was appended or somebody calls `wake`.
    ///
    /// - Returns: false if neither happened for so long.
    @discardableResult
    func wait(atMost duration: Duration) -> Bool {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let result = changed.wait(timeout: .now() + .nanoseconds(nanoseconds))
        state.withLock { $0.isWoken = false }
        return result == .success
    }
}

private func exchange<Value>(_ value: inout Value, with other: Value) -> Value {
    defer { value = other }
    return value
}

/// What an engine last said of itself on its metrics port.
package struct EngineReport: Equatable, Sendable {
    package var waitingRequests: Int32 = 0
    package var runningRequests: Int32 = 0
    /// Share of its KV cache that is in use, 0...1.
    package var kvCacheUsage = 0.0
    /// Tokens that its KV cache holds. 0: not told.
    package var kvCacheTokens = 0
    /// Tokens in one of its KV blocks. 0: not told.
    package var blockTokens: Int32 = 0
    /// LoRA adapters that run or wait now.
    package var activeAdapters: Int32 = 0
    /// LoRA adapters that can run at once. 0: not told.
    package var adaptersMax: Int32 = 0
    /// When it said so, counted from `start`. Not an `Instant`: its size is not known at build time,
    /// nor would be that of any load, and every access would have to ask for it.
    private var receivedAfterStart: Duration?

    package init() {}

    /// When it said so. Nil: it has not yet, or nobody asks it.
    package var receivedAt: ContinuousClock.Instant? {
        get { receivedAfterStart.map { Self.start + $0 } }
        set { receivedAfterStart = newValue.map { $0 - Self.start } }
    }

    private static let start = ContinuousClock.now

    /// Whether it is known, and no older than `ageMax`.
    package func isFresh(at now: ContinuousClock.Instant, ageMax: Duration) -> Bool {
        receivedAt.map { now - $0 <= ageMax } ?? false
    }
}

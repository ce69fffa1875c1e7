/// Two clocks of which one runs at a time: while the pool has endpoints, and while it has none. So
/// the time that a pool takes to scale from zero is not taken from what a request may wait for its
/// turn, and a pool that comes and goes does not prolong either.
struct EmptyPoolClock: Sendable {
    /// How long the pool has been without endpoints, in all.
    private(set) var emptyTime = Duration.zero
    private(set) var isPoolEmpty = false
    private var lastSeen: ContinuousClock.Instant?

    /// The pool was as it was at the last call, up to now.
    mutating func advance(to now: ContinuousClock.Instant, isPoolEmpty: Bool) {
        if let lastSeen, self.isPoolEmpty, now > lastSeen { emptyTime += now - lastSeen }
        lastSeen = max(now, lastSeen ?? now)
        self.isPoolEmpty = isPoolEmpty
    }

    /// Stands still while the pool is empty.
    ///
    /// - Parameter now: no later than the clock is advanced to.
    func servingTime(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        now - emptyTime
    }

    /// When a serving time will be there, if the pool stays as it is. Nil: never.
    func instant(ofServing time: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        isPoolEmpty ? nil : time + emptyTime
    }

    /// When so much time without endpoints will have passed, if the pool stays as it is.
    func instant(ofEmpty time: Duration) -> ContinuousClock.Instant? {
        guard isPoolEmpty, let lastSeen else { return nil }
        return lastSeen + (time - emptyTime)
    }
}

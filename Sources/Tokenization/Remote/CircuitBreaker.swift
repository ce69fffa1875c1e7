/// Decides whether one engine is asked at all, so that an engine which cannot answer costs its
/// callers a few timeouts and not one each.
///
/// Closed, every request may go. Too many failures in a row, or in the last `windowCount`, open
/// the circuit: nothing may go for a while. Then one request is let through as a trial (half
/// open); its success closes the circuit, its failure opens it for twice as long.
///
/// A pure function of the times and the jitter that it is given. Not thread-safe: a value, to be
/// held under its owner's lock.
///
/// Invariants:
/// 1. Half open, at most one permit is out.
/// 2. A permit from before the last change of phase changes nothing when it comes back.
package struct CircuitBreaker: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Config: Equatable, Sendable {
        /// Raise it if engines are often slow for a moment; each failure may cost a timeout.
        package var failuresInARowMax = 5
        /// Opens the circuit also where successes lie between the failures. At most 64.
        package var windowCount = 20
        /// Failures of a full window that open the circuit.
        package var windowFailuresMax = 10
        /// For how long the circuit opens first. It doubles with each trial that fails.
        package var openTime = Duration.seconds(5)
        package var openTimeMax = Duration.seconds(60)
        /// How far the open time may be from that, as a part of it: pickers that share an engine
        /// should not all try it at once.
        package var jitter = 0.2

        package init() {}
    }

    package enum Phase: Equatable, Sendable {
        case closed
        case open(until: Instant)
        case halfOpen(isTrialOut: Bool)
    }

    package enum Outcome: Sendable {
        case success
        case failure
        /// The request was cancelled, which says nothing about the engine.
        case abandoned
    }

    /// The right to send one request. Comes back with `record`.
    package struct Permit: Equatable, Sendable {
        fileprivate let epoch: UInt64
    }

    package enum Change: Equatable, Sendable {
        case opened(for: Duration)
        case closed
    }

    package private(set) var phase = Phase.closed

    private let config: Config
    /// Counts changes of phase.
    private var epoch: UInt64 = 0
    /// The last outcomes while closed, the latest in the lowest bit: 1 is a failure.
    private var history: UInt64 = 0
    private var historyCount = 0
    /// Times opened since the circuit was last closed.
    private var openingCount = 0

    package init(_ config: Config = Config()) { self.config = config }

    /// Whether a request may go at `now`. Nil says no.
    package mutating func permit(at now: Instant) -> Permit? {
        switch phase {
        case .closed: break
        case .open(let end):
            guard now >= end else { return nil }
            enter(.halfOpen(isTrialOut: true))
        case .halfOpen(let isTrialOut):
            guard !isTrialOut else { return nil }
            phase = .halfOpen(isTrialOut: true)
        }
        return Permit(epoch: epoch)
    }

    /// - Parameter chance: random, in 0..<1; spreads the open times.
    package mutating func record(
        _ outcome: Outcome,
        of permit: Permit,
        at now: Instant,
        chance: Double
    ) -> Change? {
        guard permit.epoch == epoch else { return nil }
        switch (phase, outcome) {
        case (.closed, .abandoned), (.open, _): return nil
        case (.closed, _):
            remember(outcome)
            return hasFailedTooOften ? open(at: now, chance) : nil
        case (.halfOpen, .abandoned):
            phase = .halfOpen(isTrialOut: false)
            return nil
        case (.halfOpen, .failure): return open(at: now, chance)
        case (.halfOpen, .success):
            (history, historyCount, openingCount) = (0, 0, 0)
            enter(.closed)
            return .closed
        }
    }

    private mutating func remember(_ outcome: Outcome) {
        history <<= 1
        if case .failure = outcome { history |= 1 }
        historyCount = min(historyCount + 1, UInt64.bitWidth)
    }

    private var hasFailedTooOften: Bool {
        let inARow = min((~history).trailingZeroBitCount, historyCount)
        if inARow >= config.failuresInARowMax { return true }
        let window = min(config.windowCount, UInt64.bitWidth)
        guard historyCount >= window else { return false }
        return (history << (UInt64.bitWidth - window)).nonzeroBitCount >= config.windowFailuresMax
    }

    private mutating func open(at now: Instant, _ chance: Double) -> Change {
        let doublings = min(openingCount, 16)
        let time = min(config.openTime * (1 << doublings), config.openTimeMax)
        let spread = time * (1 + config.jitter * (2 * chance - 1))
        openingCount += 1
        enter(.open(until: now + spread))
        return .opened(for: spread)
    }

    private mutating func enter(_ next: Phase) {
        phase = next
        epoch &+= 1
    }
}

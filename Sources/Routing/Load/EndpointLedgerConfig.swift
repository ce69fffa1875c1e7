/// How long a ledger keeps what it is never told the end of, and how much it keeps.
package struct EndpointLedgerConfig: Equatable, Sendable {
    /// A request that has not ended by then is taken to have ended unseen. Raise it where streams
    /// last longer: those dropped early make their endpoint look idle.
    package var reservationLifetime = Duration.seconds(3600)
    /// A prompt whose first token has not been seen by then, nor in `predictionsMax` times the
    /// predicted time, is taken to be computed.
    package var prefillLifetime = Duration.seconds(120)
    /// Requests in flight that are known at a time; beyond it, the oldest is taken to have ended.
    /// Each costs some 300 bytes.
    package var reservationsMax = 1 << 20
    /// Picks that are remembered until lookups see them. Each keeps its prompt's keys: 8 bytes a
    /// block.
    package var recentPicksMax = 256
    package var circuitBreaker = CircuitBreakerConfig()

    static let predictionsMax = 4.0

    package init() {}

    /// Called once, at start.
    package func validated() throws(EndpointLedgerConfigError) -> Self {
        for (name, duration) in [
            ("reservationLifetime", reservationLifetime), ("prefillLifetime", prefillLifetime),
            ("circuitBreaker.duration", circuitBreaker.duration),
        ] {
            guard duration > .zero, duration <= .seconds(1 << 32) else {
                throw .outOfBounds(name, expected: "more than 0 and at most 2^32 seconds")
            }
        }
        for (name, count) in [
            ("reservationsMax", reservationsMax), ("recentPicksMax", recentPicksMax),
            ("circuitBreaker.failuresMax", circuitBreaker.failuresMax),
        ] {
            guard (1...1 << 24).contains(count) else {
                throw .outOfBounds(name, expected: "1 to 2^24")
            }
        }
        return self
    }
}

package enum EndpointLedgerConfigError: Error, Equatable, Sendable {
    case outOfBounds(String, expected: String)
}

/// When an endpoint that fails is left alone, and for how long.
package struct CircuitBreakerConfig: Equatable, Sendable {
    /// Failures in a row that break the circuit. Lower it where a failure is dear, raise it where
    /// requests themselves make engines fail.
    package var failuresMax = 3
    /// How long the endpoint then gets nothing. After it, one request tries.
    package var duration = Duration.seconds(10)

    package init() {}
}

/// Whether an endpoint failed so often of late that it should get no requests. After a while one
/// request probes: its success ends the break, its failure begins another.
///
/// Times are since some beginning that is the same in every call.
package struct CircuitBreaker: Equatable, Sendable {
    private enum Phase: Equatable {
        case closed(failures: Int)
        /// Due from `until` on: the next request picked probes.
        case open(until: Duration)
        /// One request is out to probe. If nothing is heard of it, the next one may from `until` on.
        case probing(number: UInt64, until: Duration)
    }

    private let config: CircuitBreakerConfig
    private var phase = Phase.closed(failures: 0)

    package init(config: CircuitBreakerConfig = CircuitBreakerConfig()) { self.config = config }

    package func isBroken(at now: Duration) -> Bool {
        recovery.map { now < $0 } ?? false
    }

    /// From when on a request may be sent. Nil: it may be at any time.
    package var recovery: Duration? {
        switch phase {
        case .closed: nil
        case .open(let until), .probing(_, let until): until
        }
    }

    /// A request is sent to the endpoint.
    package mutating func picked(_ number: UInt64, at now: Duration) {
        guard let recovery, recovery <= now else { return }
        phase = .probing(number: number, until: now + config.duration)
    }

    /// The endpoint has answered a request, whichever it was.
    package mutating func succeeded() { phase = .closed(failures: 0) }

    package mutating func failed(at now: Duration) {
        switch phase {
        case .closed(let failures) where failures + 1 < config.failuresMax:
            phase = .closed(failures: failures + 1)
        case .open(let until) where now < until:
            break  // of the requests that broke it, or sent because all others are broken, too
        case .closed, .open, .probing:
            phase = .open(until: now + config.duration)
        }
    }

    /// A request has ended that never heard from the endpoint. If it was the probe, the next
    /// request may be.
    package mutating func gaveUp(_ number: UInt64, at now: Duration) {
        if case .probing(number, _) = phase { phase = .open(until: now) }
    }
}

import Routing
import Testing

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func instant(_ seconds: Int) -> ContinuousClock.Instant {
        start.advanced(by: .seconds(seconds))
    }

    private func broken() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<3 { breaker.failed(at: start) }
        return breaker
    }

    @Test func `failures in a row break it, up to a success`() {
        var breaker = CircuitBreaker()
        for _ in 0..<2 { breaker.failed(at: start) }
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(at: start) }
        #expect(!breaker.isBroken(at: start))
        breaker.failed(at: start)
        #expect(breaker.isBroken(at: start))
        #expect(breaker.recovery == instant(10))
    }

    @Test func `stragglers of the time before do not prolong a break`() {
        var breaker = broken()
        breaker.failed(at: instant(9))
        #expect(breaker.isBroken(at: instant(9)))
        #expect(!breaker.isBroken(at: instant(10)))
    }

    @Test func `after a break one request probes`() {
        var breaker = broken()
        breaker.picked(1, at: instant(5))  // before its time, as when all are broken
        #expect(breaker.recovery == instant(10))
        breaker.picked(2, at: instant(10))
        #expect(breaker.isBroken(at: instant(19)))
        breaker.failed(at: instant(12))
        #expect(breaker.recovery == instant(22))
        breaker.picked(3, at: instant(22))
        breaker.succeeded()
        #expect(!breaker.isBroken(at: instant(22)))
        breaker.failed(at: instant(22))
        #expect(!breaker.isBroken(at: instant(22)), "one failure is not three")
    }

    @Test func `a probe that goes without an answer makes way for the next`() {
        var breaker = broken()
        breaker.picked(2, at: instant(10))
        breaker.gaveUp(1, at: instant(11))
        #expect(breaker.isBroken(at: instant(11)), "another request")
        breaker.gaveUp(2, at: instant(11))
        #expect(!breaker.isBroken(at: instant(11)))
        breaker.picked(3, at: instant(11))
        #expect(breaker.isBroken(at: instant(20)))
        #expect(!breaker.isBroken(at: instant(21)), "nothing was heard of it for long")
    }

    @Test func `how many failures break it, and for how long, is configured`() {
        var config = CircuitBreakerConfig()
        config.failuresMax = 1
        config.duration = .seconds(2)
        var breaker = CircuitBreaker(config: config)
        breaker.failed(at: start)
        #expect(breaker.isBroken(at: instant(1)))
        #expect(!breaker.isBroken(at: instant(2)))
    }
}

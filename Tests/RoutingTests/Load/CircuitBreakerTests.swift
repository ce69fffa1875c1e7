import Routing
import Testing

@Suite struct CircuitBreakerTests {
    private func broken() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<3 { breaker.failed(at: .zero) }
        return breaker
    }

    @Test func `failures in a row break it, up to a success`() {
        var breaker = CircuitBreaker()
        for _ in 0..<2 { breaker.failed(at: .zero) }
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(at: .zero) }
        #expect(!breaker.isBroken(at: .zero))
        breaker.failed(at: .zero)
        #expect(breaker.isBroken(at: .zero))
        #expect(breaker.recovery == .seconds(10))
    }

    @Test func `stragglers of the time before do not prolong a break`() {
        var breaker = broken()
        breaker.failed(at: .seconds(9))
        #expect(breaker.isBroken(at: .seconds(9)))
        #expect(!breaker.isBroken(at: .seconds(10)))
    }

    @Test func `after a break one request probes`() {
        var breaker = broken()
        breaker.picked(1, at: .seconds(5))  // before its time, as when all are broken
        #expect(breaker.recovery == .seconds(10))
        breaker.picked(2, at: .seconds(10))
        #expect(breaker.isBroken(at: .seconds(19)))
        breaker.failed(at: .seconds(12))
        #expect(breaker.recovery == .seconds(22))
        breaker.picked(3, at: .seconds(22))
        breaker.succeeded()
        #expect(!breaker.isBroken(at: .seconds(22)))
        breaker.failed(at: .seconds(22))
        #expect(!breaker.isBroken(at: .seconds(22)), "one failure is not three")
    }

    @Test func `a probe that goes without an answer makes way for the next`() {
        var breaker = broken()
        breaker.picked(2, at: .seconds(10))
        breaker.gaveUp(1, at: .seconds(11))
        #expect(breaker.isBroken(at: .seconds(11)), "another request")
        breaker.gaveUp(2, at: .seconds(11))
        #expect(!breaker.isBroken(at: .seconds(11)))
        breaker.picked(3, at: .seconds(11))
        #expect(breaker.isBroken(at: .seconds(20)))
        #expect(!breaker.isBroken(at: .seconds(21)), "nothing was heard of it for long")
    }

    @Test func `how many failures break it, and for how long, is configured`() {
        var config = CircuitBreakerConfig()
        config.failuresMax = 1
        config.duration = .seconds(2)
        var breaker = CircuitBreaker(config: config)
        breaker.failed(at: .zero)
        #expect(breaker.isBroken(at: .seconds(1)))
        #expect(!breaker.isBroken(at: .seconds(2)))
    }
}

import Testing

@testable import Tokenization

@Suite struct CircuitBreakerTests {
    private typealias Outcome = CircuitBreaker.Outcome

    private let start = ContinuousClock.now
    private var breaker: CircuitBreaker

    init() {
        var config = CircuitBreaker.Config()
        config.failuresInARowMax = 3
        config.windowCount = 8
        config.windowFailuresMax = 4
        config.openTime = .seconds(4)
        config.openTimeMax = .seconds(10)
        breaker = CircuitBreaker(config)
    }

    /// Sends one request at `second`, which ends at once. Nil if it may not go.
    private mutating func send(
        _ outcome: Outcome,
        at second: Int = 0,
        chance: Double = 0.5
    ) -> CircuitBreaker.Change?? {
        let now = start + .seconds(second)
        guard let permit = breaker.permit(at: now) else { return nil }
        return .some(breaker.record(outcome, of: permit, at: now, chance: chance))
    }

    private func mayGo(at second: Int) -> Bool {
        var breaker = breaker
        return breaker.permit(at: start + .seconds(second)) != nil
    }

    @Test mutating func `failures in a row open the circuit, and only they`() {
        for outcome in [Outcome.failure, .failure, .success, .failure, .abandoned, .failure] {
            #expect(send(outcome) == .some(nil))
        }
        #expect(send(.failure) == .opened(for: .seconds(4)))
        #expect(!mayGo(at: 3))
        #expect(mayGo(at: 4))
    }

    @Test mutating func `many failures among successes open it once the window is full`() {
        for outcome in [
            Outcome.failure, .success, .failure, .success, .failure, .success, .failure,
        ] {
            #expect(send(outcome) == .some(nil))
        }
        #expect(send(.success) == .opened(for: .seconds(4)))
    }

    @Test mutating func `failures that have left the window count no more`() {
        for _ in 0..<3 { #expect(send(.failure) != nil && send(.success) != nil) }
        for _ in 0..<5 { #expect(send(.success) == .some(nil)) }
        #expect(send(.failure) == .some(nil))
        #expect(send(.failure) == .some(nil))
        #expect(breaker.phase == .closed)
    }

    @Test mutating func `half open, one trial goes at a time, and its success closes`() throws {
        for _ in 0..<3 { _ = send(.failure) }
        let now = start + .seconds(5)
        let trialTaken = breaker.permit(at: now)
        let trial = try #require(trialTaken)
        #expect(breaker.permit(at: now) == nil)
        #expect(breaker.record(.abandoned, of: trial, at: now, chance: 0) == nil)
        #expect(send(.success, at: 5) == .closed)
        #expect(breaker.phase == .closed)
        #expect(send(.failure, at: 5) == .some(nil))
    }

    @Test mutating func `each trial that fails doubles the open time, up to a bound`() {
        for _ in 0..<3 { _ = send(.failure) }
        #expect(send(.failure, at: 4) == .opened(for: .seconds(8)))
        #expect(!mayGo(at: 11))
        #expect(send(.failure, at: 12) == .opened(for: .seconds(10)))
        #expect(send(.success, at: 22) == .closed)
        for _ in 0..<2 { _ = send(.failure, at: 22) }
        #expect(send(.failure, at: 22) == .opened(for: .seconds(4)))
    }

    @Test mutating func `open times spread by the jitter`() {
        for _ in 0..<2 { _ = send(.failure) }
        #expect(send(.failure, chance: 0) == .opened(for: .milliseconds(3200)))
        #expect(send(.failure, at: 4, chance: 1) == .opened(for: .milliseconds(9600)))
    }

    @Test mutating func `a request from before the circuit opened changes nothing after`() throws {
        let earlyTaken = breaker.permit(at: start)
        let early = try #require(earlyTaken)
        for _ in 0..<3 { _ = send(.failure) }
        let trialTaken = breaker.permit(at: start + .seconds(4))
        let trial = try #require(trialTaken)
        #expect(breaker.record(.success, of: early, at: start, chance: 0) == nil)
        #expect(breaker.phase == .halfOpen(isTrialOut: true))
        #expect(breaker.record(.success, of: trial, at: start, chance: 0) == .closed)
    }
}

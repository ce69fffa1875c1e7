import Domain
import FlowControl
import Testing

@Suite struct FlowControlStateTests {
    private let now = ContinuousClock.Instant.testStart

    private func state(
        _ change: (inout FlowControlConfig) -> Void = { _ in }
    ) -> FlowControlState {
        FlowControlState(.fake(change))
    }

    private func wait(
        _ requests: [QueuedRequest],
        in state: inout FlowControlState
    ) {
        for request in requests {
            guard case .waits = state.enter(request) else { preconditionFailure("no room") }
        }
    }

    private func dispatched(
        _ state: inout FlowControlState,
        to pool: PoolFullness,
        second: Int = 0
    ) -> [FlowControlState.Answer] {
        let now = now + .seconds(second)
        state.look(at: pool, now: now)
        return state.dispatch(now: now)
    }

    private func arrived(
        _ request: QueuedRequest,
        in state: inout FlowControlState,
        at pool: PoolFullness
    ) -> FlowControlState.Arrival {
        if state.needsLook(for: request, at: request.arrival) {
            state.look(at: pool, now: request.arrival)
        }
        return state.arrived(request)
    }

    @Test func `a pool with room takes a request at once`() {
        var state = state()
        #expect(arrived(.fake(1), in: &state, at: .free(1)) == .passes)
        #expect(state.pending.requests == 1)
    }

    @Test func `of a burst no more pass than there are places`() {
        var state = state()
        let arrivals = (1...64).map { arrived(.fake($0), in: &state, at: .free(10)) }
        #expect(arrivals.count { $0 == .passes } == 10)
        #expect(arrivals.dropFirst(10).allSatisfy { $0 == .mayWait })
    }

    @Test func `a pool far from full is not looked at for every request`() {
        var state = state()
        var looks = 0
        for number in 1...20 as ClosedRange<UInt64> {
            let request = QueuedRequest.fake(number)
            if state.needsLook(for: request, at: now) {
                looks += 1
                state.look(at: .free(50), now: now)
            }
            #expect(state.arrived(request) == .passes)
            // In flight from here on: the look that was has not seen it.
            state.permitReturned(tokens: 0)
        }
        #expect(looks == 1)
        #expect(state.needsLook(for: .fake(21), at: now + .milliseconds(10)))
    }

    @Test func `a pool that may be full is looked at again`() {
        var state = state()
        state.look(at: .free(2), now: now)
        for number in 1...2 as ClosedRange<UInt64> {
            #expect(!state.needsLook(for: .fake(number), at: now))
            #expect(state.arrived(.fake(number)) == .passes)
            state.permitReturned(tokens: 0)
        }
        #expect(state.needsLook(for: .fake(3), at: now))
        #expect(state.arrived(.fake(3)) == .mayWait)
        state.look(at: .free(1), now: now)
        #expect(state.arrived(.fake(3)) == .passes)
    }

    @Test func `of those that wait no more pass than there are places`() {
        var state = state()
        wait((1...64).map { .fake($0) }, in: &state)
        #expect(dispatched(&state, to: .free(0)).isEmpty)
        let first = dispatched(&state, to: .free(10))
        #expect(first == (1...10).map { FlowControlState.Answer($0) })
        #expect(dispatched(&state, to: .free(10)).isEmpty)
        // Three of them are in flight, and count there.
        for _ in 0..<3 { state.permitReturned(tokens: 0) }
        #expect(dispatched(&state, to: .free(7)).isEmpty)
        #expect(dispatched(&state, to: .free(9)).map(\.number) == [11, 12])
    }

    @Test func `tokens of requests that passed count, too`() {
        let line = SaturationReading.Line(0, of: 1000, perToken: 1)
        let pool = PoolFullness(decode: SaturationReading([line], endpointCount: 1))
        var state = state()
        let requests = (1...4 as ClosedRange<UInt64>).map { number in
            var request = QueuedRequest.fake(number)
            request.tokens = 400
            return request
        }
        wait(requests, in: &state)
        #expect(dispatched(&state, to: pool).map(\.number) == [1, 2, 3])
        state.permitReturned(tokens: 400)
        #expect(state.pending == PendingRequests(requests: 2, tokens: 800))
    }

    @Test func `a request does not pass before those that wait for the same places`() {
        var state = state()
        wait([.fake(1, priority: 5)], in: &state)
        #expect(arrived(.fake(2, priority: 5), in: &state, at: .free(9)) == .mayWait)
        #expect(arrived(.fake(3, priority: 4), in: &state, at: .free(9)) == .mayWait)
        #expect(arrived(.fake(4, priority: 6), in: &state, at: .free(9)) == .passes)
    }

    @Test func `a ceiling holds back its own band and those below`() {
        var state = state { config in
            config.usageLimit = .explicit([10: 1, 0: 0.5, -10: 0.25])
            for priority in [10, 0, -10] { config.bands[priority] = PriorityBandConfig() }
        }
        wait((1...3).map { .fake($0, priority: -10) }, in: &state)
        wait((4...6).map { .fake($0, priority: 0) }, in: &state)
        #expect(dispatched(&state, to: .free(50)).isEmpty)
        #expect(arrived(.fake(7, priority: 10), in: &state, at: .free(50)) == .passes)
        state.permitReturned(tokens: 0)
        #expect(dispatched(&state, to: .free(52)).map(\.number) == [4, 5])
        // With the third gone, the lowest band has its turn: not before its own ceiling.
        #expect(state.cancel(6) == true)
        #expect(dispatched(&state, to: .free(60)).isEmpty)
        #expect(dispatched(&state, to: .free(78)).map(\.number) == [1])
    }

    @Test func `a priority that nobody has thought of does not hold up the others`() {
        var state = state { $0.usageLimit = .explicit([10: 1, 0: 0.5]) }
        wait([.fake(1, priority: 7), .fake(2, priority: 0)], in: &state)
        #expect(dispatched(&state, to: .free(50)).isEmpty)
        #expect(dispatched(&state, to: .free(52)).map(\.number) == [1, 2])
    }

    @Test func `an idle pool takes the first whatever its ceiling`() {
        let ceiling = 0.001
        let limits: [UsageLimit] = [
            .uniform(ceiling), .byRank(lowest: ceiling, highest: 1),
            .byValue(lowest: ceiling, highest: 1), .explicit([9: 1, 0: ceiling]),
        ]
        for limit in limits {
            var state = state { $0.usageLimit = limit }
            #expect(arrived(.fake(1, priority: 9), in: &state, at: .free(0)) == .mayWait)
            wait([.fake(2), .fake(3)], in: &state)
            #expect(dispatched(&state, to: .free(1)).isEmpty)
            #expect(dispatched(&state, to: .free(100)).map(\.number) == [2])
        }
    }

    @Test func `places are held for a priority that came lately even if it does not wait`() {
        var state = state { $0.usageLimit = .byRank(lowest: 0.5, highest: 1) }
        #expect(arrived(.fake(1), in: &state, at: .free(50)) == .passes)
        #expect(arrived(.fake(2, priority: 9), in: &state, at: .free(50)) == .passes)
        state.permitReturned(tokens: 0)
        state.permitReturned(tokens: 0)
        let soon = QueuedRequest.fake(3, second: 600)
        #expect(arrived(soon, in: &state, at: .free(50)) == .mayWait)
        let late = QueuedRequest.fake(4, second: 601)
        #expect(arrived(late, in: &state, at: .free(50)) == .passes)
    }

    @Test func `a request waits for a pool that has no endpoint yet`() {
        var state = state()
        #expect(arrived(.fake(1), in: &state, at: .empty) == .mayWait)
        wait([.fake(1)], in: &state)
        #expect(dispatched(&state, to: .empty, second: 59).isEmpty)
        #expect(dispatched(&state, to: .free(1), second: 59) == [.init(1)])
    }

    @Test func `a pool that gets no endpoint in time is told apart from one that is full`() {
        var state = state()
        _ = arrived(.fake(1), in: &state, at: .empty)
        wait([.fake(1)], in: &state)
        #expect(dispatched(&state, to: .empty, second: 60) == [.init(1, .noEndpointsInTime)])
        _ = arrived(.fake(2, second: 60), in: &state, at: .free(0))
        wait([.fake(2, second: 60)], in: &state)
        #expect(dispatched(&state, to: .free(0), second: 120) == [.init(2, .waitedTooLong)])
    }

    @Test func `a request that may not wait for endpoints is refused at once`() {
        var state = state()
        let request = QueuedRequest.fake(1, emptyPoolTTL: 0)
        #expect(arrived(request, in: &state, at: .empty) == .refused(.noEndpointsInTime))
        #expect(arrived(request, in: &state, at: .free(0)) == .mayWait)
    }

    @Test func `a request whose time is over does not pass any more`() {
        var state = state()
        wait([.fake(1, timeToLive: 5), .fake(2, timeToLive: 50)], in: &state)
        let answers = dispatched(&state, to: .free(9), second: 6)
        #expect(answers == [.init(1, .waitedTooLong), .init(2)])
    }

    @Test func `what waits when the picker ends is told so and nothing waits any more`() {
        var state = state()
        wait([.fake(2), .fake(1)], in: &state)
        #expect(state.shutDown() == [.init(1, .shuttingDown), .init(2, .shuttingDown)])
        #expect(arrived(.fake(3), in: &state, at: .free(0)) == .refused(.shuttingDown))
        #expect(state.enter(.fake(4)) == .refused(.shuttingDown))
        #expect(arrived(.fake(5), in: &state, at: .free(1)) == .passes)
    }

    @Test func `without rules all that wait pass`() {
        var state = state()
        wait([.fake(1), .fake(2, priority: 3)], in: &state)
        state.apply(nil)
        #expect(dispatched(&state, to: .free(0)) == [.init(2), .init(1)])
        #expect(arrived(.fake(3), in: &state, at: .free(0)) == .passes)
    }
}

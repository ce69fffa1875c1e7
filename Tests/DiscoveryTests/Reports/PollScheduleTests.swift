import Domain
import Testing

@testable import Discovery

@Suite struct PollScheduleTests {
    private let start = ContinuousClock.now

    private func schedule(
        _ endpoints: [Endpoint],
        _ change: (inout ReportCollector.Config) -> Void = { _ in }
    ) -> PollSchedule {
        var config = ReportCollector.Config()
        change(&config)
        var schedule = PollSchedule(config)
        schedule.enginesChanged(to: endpoints, at: start)
        return schedule
    }

    /// Endpoints that are asked for their metrics alone.
    private func endpoints(_ count: Int) -> [Endpoint] {
        (0..<count).map { endpoint(UInt32($0), .triton) }
    }

    private func endpoint(_ number: UInt32, _ engine: EngineFamily) -> Endpoint {
        let id = EndpointID(rawValue: number)
        return Endpoint(id: id, name: "e\(number)", address: "e\(number):1", engine: engine)
    }

    /// When each poll begins if every answer takes no time, until `end` after the start.
    private func times(
        _ schedule: inout PollSchedule,
        until end: Duration,
        answer: (PollSchedule.Poll) -> PollSchedule.Outcome
    ) -> [(milliseconds: Int, poll: PollSchedule.Poll)] {
        var now = start
        var times: [(Int, PollSchedule.Poll)] = []
        while now <= start + end {
            switch schedule.next(at: now) {
            case .ask(let poll):
                times.append((Int((now - start) / .milliseconds(1)), poll))
                _ = schedule.ended(poll, answer(poll), at: now)
            case .wait(let due): now = due
            case .rest: return times
            }
        }
        return times
    }

    private func ask(
        _ schedule: inout PollSchedule,
        at now: ContinuousClock.Instant
    ) -> PollSchedule.Poll? {
        guard case .ask(let poll) = schedule.next(at: now) else { return nil }
        return poll
    }

    @Test func `an empty pool is not asked`() {
        var schedule = schedule([])
        #expect(schedule.next(at: start) == .rest)
    }

    @Test func `endpoints are asked one after the other, and keep their distance`() {
        var schedule = schedule(endpoints(100))
        let times = times(&schedule, until: .seconds(3)) { _ in
            .answered(askAgainAfter: .seconds(1))
        }
        var counts: [Int: Int] = [:]
        for time in times { counts[time.milliseconds, default: 0] += 1 }
        #expect(counts.values.allSatisfy { $0 == 1 })
        #expect(times.count == 300)
    }

    @Test func `an engine is asked as often as its answer calls for`() {
        var schedule = schedule(endpoints(2))
        let times = times(&schedule, until: .seconds(4)) { poll in
            .answered(askAgainAfter: poll.endpoint.id.rawValue == 0 ? .seconds(1) : .seconds(2))
        }
        #expect(times.filter { $0.poll.endpoint.id.rawValue == 0 }.count == 4)
        #expect(times.filter { $0.poll.endpoint.id.rawValue == 1 }.count == 2)
    }

    @Test func `a large pool is not asked more often than a bounded rate`() {
        var schedule = schedule(endpoints(1000)) { $0.pollsPerSecondMax = 250 }
        let times = times(&schedule, until: .seconds(20)) { _ in
            .answered(askAgainAfter: .milliseconds(200))
        }
        #expect((4900...5001).contains(times.count))
    }

    @Test func `no more are asked at once than the bound, and the longest overdue comes first`() {
        var schedule = schedule(endpoints(5)) { $0.pollsAtOnceMax = 2 }
        let late = start + .seconds(10)
        #expect(ask(&schedule, at: late)?.endpoint.id.rawValue == 0)
        #expect(ask(&schedule, at: late)?.endpoint.id.rawValue == 1)
        #expect(schedule.next(at: late) == .rest)
        let poll = PollSchedule.Poll(endpoint: endpoints(1)[0], question: .metrics)
        _ = schedule.ended(poll, .answered(askAgainAfter: .seconds(1)), at: late)
        #expect(ask(&schedule, at: late)?.endpoint.id.rawValue == 2)
        #expect(schedule.next(at: late) == .rest)
    }

    @Test func `an engine that fails is asked ever less often, until it answers`() {
        var schedule = schedule(endpoints(1)) {
            $0.idleInterval = .seconds(1)
            $0.backoffMax = .seconds(5)
        }
        var answers = 0
        let times = times(&schedule, until: .seconds(40)) { _ in
            answers += 1
            return answers <= 6 ? .failed : .answered(askAgainAfter: .seconds(10))
        }
        let gaps = zip(times, times.dropFirst()).map { $1.milliseconds - $0.milliseconds }
        #expect(gaps == [1000, 2000, 4000, 5000, 5000, 5000, 10_000])
    }

    @Test func `failing and recovering are told once each`() {
        var schedule = schedule(endpoints(1))
        var turns: [PollSchedule.Turn?] = []
        let answer = PollSchedule.Outcome.answered(askAgainAfter: .seconds(1))
        var now = start
        for outcome in [answer, .failed, .failed, answer, answer] {
            now += .seconds(60)
            guard let poll = ask(&schedule, at: now) else { continue }
            turns.append(schedule.ended(poll, outcome, at: now))
        }
        #expect(turns == [nil, .beganToFail, nil, .recovered, nil])
    }

    @Test func `an answer that takes its time does not move the next question`() throws {
        var schedule = schedule(endpoints(1))
        let due = start + .milliseconds(2)
        let poll = try #require(ask(&schedule, at: due + .milliseconds(5)))
        _ = schedule.ended(poll, .answered(askAgainAfter: .seconds(1)), at: due + .milliseconds(50))
        #expect(schedule.next(at: due) == .wait(until: due + .seconds(1)))
    }

    @Test func `an answer that is long overdue does not make up for what was missed`() throws {
        var schedule = schedule(endpoints(1))
        let late = start + .seconds(100)
        let poll = try #require(ask(&schedule, at: late))
        _ = schedule.ended(poll, .answered(askAgainAfter: .seconds(1)), at: late)
        #expect(schedule.next(at: late) == .wait(until: late + .seconds(1)))
    }

    @Test func `engines that can serve adapters are asked for their models, after their metrics`() {
        var schedule = schedule([endpoint(0, .vllm), endpoint(1, .tritonTensorRTLLM)])
        let times = times(&schedule, until: .seconds(100)) { _ in
            .answered(askAgainAfter: .seconds(1000))
        }
        #expect(times.map(\.poll.endpoint.id.rawValue) == [0, 1, 0])
        #expect(times.map(\.poll.question) == [.metrics, .metrics, .models])
    }

    @Test func `who has left is not asked, and its late answer changes nothing`() throws {
        var schedule = schedule(endpoints(2)) { $0.pollsAtOnceMax = 1 }
        let late = start + .seconds(10)
        let poll = try #require(ask(&schedule, at: late))
        #expect(schedule.next(at: late) == .rest)
        schedule.enginesChanged(to: Array(endpoints(2).dropFirst()), at: late)
        #expect(!schedule.contains(poll.endpoint.id))
        #expect(schedule.ended(poll, .failed, at: late) == nil)
        let other = try #require(ask(&schedule, at: late))
        #expect(other.endpoint.id.rawValue == 1)
        #expect(schedule.next(at: late) == .rest)
    }

    @Test func `who stays keeps its turn when the pool changes`() throws {
        var schedule = schedule(endpoints(1))
        let first = start + .milliseconds(2)
        #expect(schedule.next(at: start) == .wait(until: first))
        schedule.enginesChanged(to: endpoints(2), at: start + .milliseconds(1))
        let poll = try #require(ask(&schedule, at: first))
        #expect(poll.endpoint.id.rawValue == 0)
        schedule.enginesChanged(to: endpoints(2), at: first)
        #expect(schedule.next(at: first) == .wait(until: start + .milliseconds(3)))
    }
}

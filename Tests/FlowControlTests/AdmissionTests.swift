import Domain
import FlowControl
import Telemetry
import Testing

/// Requests before a pool that takes two at each endpoint.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    private let gate: AdmissionFixture

    init() { gate = AdmissionFixture(endpoints: 1, requestsMax: 2) }

    // MARK: - Waiting

    @Test func `a request waits until a place is free`() async {
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        gate.pool.release()
        gate.admission.capacityChanged()
        #expect(await waiting.value == .success)
        #expect(gate.pool.inFlight == 2)
        #expect(gate.admission.waitingCount == 0)
    }

    @Test func `a permit that was not used lets the next one pass`() async throws {
        gate.fillPool(1)
        let permit = try await gate.admission.admit(.fake(), bytes: 1)
        let waiting = gate.start("late")
        while gate.admission.waitingCount == 0, !Task.isCancelled { await Task.yield() }
        permit.giveBack()
        #expect(await waiting.value == .success)
    }

    @Test func `a burst never puts more in flight than the pool takes`() async {
        let tasks = (0..<64).map { gate.start("\($0)") }
        for left in (1...62).reversed() {
            await gate.untilWaiting(left)
            #expect(gate.pool.inFlight == 2)
            gate.pool.release()
            gate.admission.capacityChanged()
        }
        for task in tasks { #expect(await task.value == .success) }
        #expect(gate.pool.inFlightMost == 2)
        #expect(gate.pool.inFlight == 2)
    }

    @Test func `a request that came when nothing was free is answered when its time is over`()
        async
    {
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        gate.clock.advance(by: .seconds(60))
        gate.admission.capacityChanged()
        #expect(await waiting.value == .failure(.waitedTooLong))
    }

    @Test func `a full queue refuses at once`() async {
        let gate = AdmissionFixture(
            endpoints: 1,
            requestsMax: 1,
            flowControl: .fake { $0.defaultBand = PriorityBandConfig(requestsMax: 1) }
        )
        gate.fillPool(1)
        let waiting = gate.start("first")
        await gate.untilWaiting(1)
        #expect(await gate.pass() == .failure(.queueFull))
        gate.admission.shutDown()
        #expect(await waiting.value == .failure(.shuttingDown))
    }

    @Test func `a request that gives way is told so`() async {
        let gate = AdmissionFixture(
            endpoints: 1,
            requestsMax: 1,
            flowControl: .fake { $0.requestsMax = 1 }
        )
        gate.fillPool(1)
        let sheddable = gate.start("sheddable", priority: -1)
        await gate.untilWaiting(1)
        let urgent = gate.start("urgent", priority: 1)
        #expect(await sheddable.value == .failure(.evicted))
        gate.pool.release()
        gate.admission.capacityChanged()
        #expect(await urgent.value == .success)
    }

    // MARK: - Cancellation

    @Test func `a request that is cancelled while it waits leaves at once`() async {
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        waiting.cancel()
        #expect(await waiting.value == .failure(.cancelled))
        #expect(gate.admission.waitingCount == 0)
    }

    @Test func `a request that was cancelled before it came does not wait`() async {
        gate.fillPool()
        let waiting = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.pass()
        }
        waiting.cancel()
        #expect(await waiting.value == .failure(.cancelled))
        #expect(gate.admission.waitingCount == 0)
    }

    @Test func `a cancelled request does not take the place of the next one`() async {
        gate.fillPool()
        let first = gate.start("first")
        await gate.untilWaiting(1)
        let second = gate.start("second")
        await gate.untilWaiting(2)
        first.cancel()
        gate.pool.release()
        gate.admission.capacityChanged()
        #expect(await second.value == .success)
        #expect(await first.value == .failure(.cancelled))
    }

    // MARK: - The pool

    @Test func `requests wait for a pool to scale from zero`() async {
        let gate = AdmissionFixture(endpoints: 0, requestsMax: 2)
        let tasks = (0..<3).map { gate.start("\($0)") }
        await gate.untilWaiting(3)
        gate.pool.setEndpoints(1)
        gate.admission.capacityChanged()
        await gate.untilWaiting(1)
        gate.pool.setEndpoints(2)
        gate.admission.capacityChanged()
        for task in tasks { #expect(await task.value == .success) }
    }

    @Test func `requests do not wait for ever for an endpoint`() async {
        let gate = AdmissionFixture(
            endpoints: 0,
            flowControl: .fake { $0.emptyPoolTTL = .seconds(5) }
        )
        let waiting = gate.start("early")
        await gate.untilWaiting(1)
        gate.clock.advance(by: .seconds(5))
        gate.admission.capacityChanged()
        #expect(await waiting.value == .failure(.noEndpointsInTime))
    }

    // MARK: - New rules

    @Test func `what waits passes when new rules allow it`() async {
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        gate.admission.apply(gate.config(requestsMax: 3))
        #expect(await waiting.value == .success)
        #expect(gate.pool.inFlight == 3)
    }

    @Test func `what waits passes when flow control is switched off`() async {
        gate.fillPool()
        let tasks = (0..<3).map { gate.start("\($0)") }
        await gate.untilWaiting(3)
        gate.admission.apply(AdmissionConfig())
        for task in tasks { #expect(await task.value == .success) }
        #expect(await gate.pass() == .success)
    }

    @Test func `rules that come later hold for requests from then on`() async {
        let gate = AdmissionFixture(endpoints: 1, requestsMax: 2, flowControl: nil)
        gate.fillPool(5)
        gate.admission.apply(gate.config(requestsMax: 2, flowControl: FlowControlConfig()))
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        for _ in 0..<4 { gate.pool.release() }
        gate.admission.capacityChanged()
        #expect(await waiting.value == .success)
    }

    // MARK: - Running

    @Test func `times are kept though nothing happens`() async {
        let gate = AdmissionFixture(
            endpoints: 1,
            requestsMax: 1,
            flowControl: .fake { $0.requestTTL = .milliseconds(1) },
            clock: nil
        )
        gate.fillPool(1)
        let running = Task { await gate.admission.run() }
        #expect(await gate.pass() == .failure(.waitedTooLong))
        #expect(await gate.pass() == .failure(.waitedTooLong))
        running.cancel()
        await running.value
    }

    @Test func `a change that nobody tells of is noticed while something waits`() async {
        let running = Task { await gate.admission.run() }
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        gate.pool.release()
        #expect(await waiting.value == .success)
        running.cancel()
        await running.value
    }

    @Test func `nothing waits once the picker ends`() async {
        let running = Task { await gate.admission.run() }
        gate.fillPool()
        let waiting = gate.start("late")
        await gate.untilWaiting(1)
        running.cancel()
        #expect(await waiting.value == .failure(.shuttingDown))
        await running.value
        #expect(await gate.pass() == .failure(.shuttingDown))
    }
}

package import Domain
import Randomness
import Synchronization

/// Lets requests pass on to the scheduler as the pool takes them: at once, when their turn comes, or
/// not at all.
///
/// Thread safety: any task may call any method.
///
/// Invariants:
/// 1. A request is answered exactly once: by whoever takes its waiter out of the state.
/// 2. Loads are read under the lock, and a permit is given back only after its request is among them:
///    each request that has passed is in the loads or counted beside them. So `pool` must not call
///    back.
/// 3. `waiting` grows before loads are read: who changes them and then finds it 0 need wake nobody.
package final class Admission: Sendable {
    private let state: Mutex<AdmissionState>
    private let metrics: FlowControlMetrics
    private let pool: @Sendable () -> PoolLoads
    private let now: @Sendable () -> ContinuousClock.Instant
    private let seed: UInt64
    /// Whether requests of priority 0 and more may have to wait.
    private let isLimiting: Atomic<Bool>
    private let waiting = Atomic<Int>(0)
    private let lastNumber = Atomic<UInt64>(0)

    /// While something waits, the pool is looked at so often even if nobody tells of a change: a
    /// report that grows stale is one that nobody tells of.
    private static let checkInterval = Duration.milliseconds(50)

    /// - Parameters:
    ///   - config: validated.
    ///   - seed: makes what one process drops by chance differ from what others do.
    ///   - pool: what every endpoint has to do now. Called under a lock.
    package init(
        _ config: AdmissionConfig,
        metrics: FlowControlMetrics,
        seed: UInt64 = 0,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pool: @escaping @Sendable () -> PoolLoads
    ) {
        state = Mutex(AdmissionState(config))
        isLimiting = Atomic(config.flowControl != nil)
        self.metrics = metrics
        self.pool = pool
        self.now = now
        self.seed = seed
    }

    /// Waits until the request may pass. Without flow control a request of priority 0 or more costs
    /// one atomic load.
    ///
    /// - Parameter bytes: of its body.
    /// - Throws: `.shed`, `.queueFull`, `.waitedTooLong`, `.noEndpointsInTime`, `.evicted`,
    ///   `.cancelled`, `.shuttingDown`.
    package func admit(
        _ request: InferenceRequest,
        bytes: Int
    ) async throws(PickError) -> AdmissionPermit {
        guard isLimiting.load(ordering: .acquiring) || request.priority < 0 else {
            return AdmissionPermit()
        }
        let start = now()
        let number = lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
        let arrival = arrive(request, number: number, bytes: bytes, at: start)
        if case .passesUncounted = arrival { return AdmissionPermit() }
        let flow = metrics.flow(of: FlowLabels(request))
        let decided = now() - start
        let result: Result<Void, PickError>
        var hasWaited = false
        switch arrival {
        case .passes, .passesUncounted: result = .success(())
        case .refused(let error): result = .failure(error)
        case .mayWait(let queued):
            hasWaited = true
            flow.began(bytes: queued.bytes)
            result = await turn(of: queued)
            flow.ended(bytes: queued.bytes)
        }
        let outcome = FlowOutcome(result, hasWaited: hasWaited)
        flow.record(outcome, decided: decided, answered: now() - start)
        try result.get()
        return AdmissionPermit(from: self, tokens: request.promptTokens)
    }

    /// Requests that wait.
    package var waitingCount: Int { state.withLock { $0.control.queues.count } }

    /// Requests that have passed and whose permits are not given back.
    package var pendingCount: Int { state.withLock { $0.control.pending.requests } }

    // MARK: - What happens outside

    /// A request has ended, an engine has reported, or the pool has changed. Costs one atomic load if
    /// nothing waits.
    package func capacityChanged() {
        guard waiting.load(ordering: .acquiring) > 0 else { return }
        dispatch()
    }

    /// From now on these rules apply, also to what waits: none of it is refused for them.
    ///
    /// - Parameter config: validated.
    package func apply(_ config: AdmissionConfig) {
        state.withLock { state in
            state.config = config
            state.control.apply(config.flowControl)
            isLimiting.store(config.flowControl != nil, ordering: .releasing)
        }
        dispatch()
    }

    /// Refuses what waits, and from now on all that would have to.
    package func shutDown() {
        state.withLock { state in
            let answers = state.control.shutDown()
            return state.wakes(for: answers)
        }.resume()
    }

    /// Keeps the times that requests may wait, until it is cancelled; then nothing waits any more.
    package func run() async {
        while !Task.isCancelled {
            await somethingWaits()
            let wake = dispatch()
            let pause = min(Self.checkInterval, wake.map { max(.zero, $0 - now()) } ?? .seconds(1))
            try? await Task.sleep(for: pause)
        }
        shutDown()
    }

    /// Sets the gauges that describe a moment. To be called before they are read.
    package func refreshMetrics() {
        let (occupancy, pool, pending, detector) = state.withLock { state in
            let control = state.control
            let detector = state.config.detector.name
            return (control.queues.occupancy, fullness(in: state), control.pending, detector)
        }
        metrics.refresh(occupancy)
        metrics.refresh(pool, pending: pending, detector: detector)
    }

    func permitReturned(tokens: Int) {
        state.withLock { $0.control.permitReturned(tokens: tokens) }
        capacityChanged()
    }

    // MARK: - One request

    private enum Arrival {
        case passesUncounted
        case passes
        case mayWait(QueuedRequest)
        case refused(PickError)
    }

    private func arrive(
        _ request: InferenceRequest,
        number: UInt64,
        bytes: Int,
        at now: ContinuousClock.Instant
    ) -> Arrival {
        state.withLock { state -> Arrival in
            if request.priority < 0, isShed(request, number, by: state) { return .refused(.shed) }
            guard let config = state.config.flowControl else { return .passesUncounted }
            let queued = QueuedRequest(
                request,
                number: number,
                bytes: bytes,
                arrival: now,
                by: config
            )
            if state.control.needsLook(for: queued, at: now) {
                state.control.look(at: fullness(in: state), now: now)
            }
            switch state.control.arrived(queued) {
            case .passes: return .passes
            case .mayWait: return .mayWait(queued)
            case .refused(let error): return .refused(error)
            }
        }
    }

    /// - Precondition: the priority is negative.
    private func isShed(
        _ request: InferenceRequest,
        _ number: UInt64,
        by state: AdmissionState
    ) -> Bool {
        let config = state.config
        let mayWait = config.flowControl != nil
        guard !mayWait || config.admitter != nil else { return false }
        let pool = fullness(by: config.detector.forShedding)
        guard !pool.isEmpty else { return false }
        var saturation = pool.level(with: state.control.pending)
        if !mayWait, saturation >= 1 { return true }
        guard let admitter = config.admitter else { return false }
        if let detector = admitter.detector {
            saturation = fullness(by: detector.forShedding).level(with: state.control.pending)
        }
        let chance = Double(SplitMix64.mixed(number ^ seed) >> 11) * 0x1p-53
        return admitter.sheds(priority: request.priority, saturation: saturation, chance: chance)
    }

    private func turn(of request: QueuedRequest) async -> Result<Void, PickError> {
        waiting.add(1, ordering: .acquiringAndReleasing)
        defer { waiting.subtract(1, ordering: .acquiringAndReleasing) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in enter(request, waiter) }
        } onCancel: {
            cancel(request.number)
        }
    }

    private func enter(_ request: QueuedRequest, _ waiter: AdmissionWaiter) {
        state.withLock { state in
            var wakes = AdmissionWakes()
            if state.enter(request, waiter, by: &wakes) { wakes.add(dispatch(in: &state)) }
            return wakes
        }.resume()
    }

    private func cancel(_ number: UInt64) {
        state.withLock { $0.cancel(number) }.resume()
        // Who waits behind it may be one that may pass where it might not.
        capacityChanged()
    }

    // MARK: - All that wait

    /// Answers all that need not wait any more. Returns when the next one's time is over.
    @discardableResult
    private func dispatch() -> ContinuousClock.Instant? {
        let start = now()
        let (wakes, expiry) = state.withLock { state in
            (dispatch(in: &state), state.control.nextExpiry())
        }
        wakes.resume()
        metrics.dispatched(in: now() - start)
        return expiry
    }

    private func dispatch(in state: inout AdmissionState) -> AdmissionWakes {
        let now = now()
        state.control.look(at: fullness(in: state), now: now)
        return state.wakes(for: state.control.dispatch(now: now))
    }

    private func fullness(in state: AdmissionState) -> PoolFullness {
        fullness(by: state.config.detector)
    }

    private func fullness(by detector: any SaturationDetector) -> PoolFullness {
        PoolFullness(of: pool(), by: detector, at: now())
    }

    private func somethingWaits() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { timekeeper in
                let isNeeded = state.withLock { Task.isCancelled || $0.rest(timekeeper) }
                if isNeeded { timekeeper.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeTimekeeper() }?.resume()
        }
    }
}

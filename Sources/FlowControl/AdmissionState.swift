import Domain

typealias AdmissionWaiter = CheckedContinuation<Result<Void, PickError>, Never>

/// What `Admission` keeps under its lock: the rules, what is decided by them, and who waits for it.
struct AdmissionState: Sendable {
    var config: AdmissionConfig
    var control: FlowControlState
    private var waiters: [UInt64: AdmissionWaiter] = [:]
    /// Who keeps the times, while nothing waits.
    private var timekeeper: CheckedContinuation<Void, Never>?

    init(_ config: AdmissionConfig) {
        self.config = config
        control = FlowControlState(config.flowControl)
    }

    /// Puts a request where it waits, and says whether it is the first there. Its waiter is among
    /// those to wake if it cannot wait.
    mutating func enter(
        _ request: QueuedRequest,
        _ waiter: AdmissionWaiter,
        by wakes: inout AdmissionWakes
    ) -> Bool {
        // Under the lock that `cancel` is called under: a cancellation is either seen here, or finds
        // the request waiting.
        guard !Task.isCancelled else {
            wakes.add(waiter, .failure(.cancelled))
            return false
        }
        switch control.enter(request) {
        case .refused(let error):
            wakes.add(waiter, .failure(error))
            return false
        case .waits(let isFirst, let evicted):
            waiters[request.number] = waiter
            for number in evicted { answer(number, .evicted, by: &wakes) }
            wakes.timekeeper = takeTimekeeper()
            return isFirst
        }
    }

    mutating func cancel(_ number: UInt64) -> AdmissionWakes {
        var wakes = AdmissionWakes()
        if control.cancel(number) { answer(number, .cancelled, by: &wakes) }
        return wakes
    }

    mutating func wakes(for answers: [FlowControlState.Answer]) -> AdmissionWakes {
        var wakes = AdmissionWakes()
        for one in answers { answer(one.number, one.error, by: &wakes) }
        return wakes
    }

    private mutating func answer(
        _ number: UInt64,
        _ error: PickError?,
        by wakes: inout AdmissionWakes
    ) {
        guard let waiter = waiters.removeValue(forKey: number) else { return }
        wakes.add(waiter, error.map(Result.failure) ?? .success(()))
    }

    /// Takes the timekeeper in until something waits. Returns whether it does already.
    mutating func rest(_ timekeeper: CheckedContinuation<Void, Never>) -> Bool {
        guard control.queues.isEmpty else { return true }
        precondition(self.timekeeper == nil, "one task keeps the times")
        self.timekeeper = timekeeper
        return false
    }

    mutating func takeTimekeeper() -> CheckedContinuation<Void, Never>? {
        defer { timekeeper = nil }
        return timekeeper
    }
}

/// Tasks to resume once the lock is given back.
struct AdmissionWakes: Sendable {
    private var answers: [(waiter: AdmissionWaiter, result: Result<Void, PickError>)] = []
    var timekeeper: CheckedContinuation<Void, Never>?

    mutating func add(_ waiter: AdmissionWaiter, _ result: Result<Void, PickError>) {
        answers.append((waiter, result))
    }

    mutating func add(_ other: AdmissionWakes) {
        answers += other.answers
        timekeeper = timekeeper ?? other.timekeeper
    }

    func resume() {
        for (waiter, result) in answers { waiter.resume(returning: result) }
        timekeeper?.resume()
    }
}

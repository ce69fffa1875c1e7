package import Domain

/// Decides which requests pass, which wait and which are refused. Pure: the pool and the time come in
/// as arguments, answers are returned.
///
/// Invariants:
/// 1. A request that passes counts as pending until its permit is given back, so that no two pass
///    on the same free place.
/// 2. None passes before one that is more urgent, or that goes before it in its band.
package struct FlowControlState: Sendable {
    package enum Arrival: Equatable, Sendable {
        case passes
        case mayWait
        case refused(PickError)
    }

    package enum Entrance: Equatable, Sendable {
        case waits(evicted: [UInt64])
        case refused(PickError)
    }

    /// What becomes of a request that has waited. Nil: it passes.
    package struct Answer: Equatable, Sendable {
        package let number: UInt64
        package let error: PickError?

        package init(_ number: UInt64, _ error: PickError? = nil) {
            self.number = number
            self.error = error
        }
    }

    package private(set) var queues = FlowQueues()
    package private(set) var pending = PendingRequests()
    /// Whether anything holds requests back.
    private var isLimiting = false
    private var isShutDown = false

    package init(_ config: FlowControlConfig? = nil) { apply(config) }

    /// A request that has just come: whether it passes without waiting. What does not wait is not
    /// bound by what may wait.
    package mutating func arrived(
        _ request: QueuedRequest,
        at pool: PoolFullness,
        now: ContinuousClock.Instant
    ) -> Arrival {
        queues.advance(to: now, isPoolEmpty: pool.isEmpty)
        guard isLimiting else { return pass(request) }
        if !pool.isEmpty, queues.isFree(for: request.priority),
            isAllowed(queues.place(of: request.priority), at: pool)
        {
            return pass(request)
        }
        if isShutDown { return .refused(.shuttingDown) }
        if pool.isEmpty, request.emptyPoolTTL <= .zero { return .refused(.noEndpointsInTime) }
        return .mayWait
    }

    /// A request that may wait begins to. `dispatch` is to be called afterwards: a place may have
    /// become free in between.
    package mutating func enter(_ request: QueuedRequest) -> Entrance {
        guard !isShutDown else { return .refused(.shuttingDown) }
        switch queues.enter(request) {
        case .full: return .refused(.queueFull)
        case .waits(let evicted): return .waits(evicted: evicted)
        }
    }

    /// Answers those that may pass, the first of them first, and those whose time is over.
    package mutating func dispatch(
        to pool: PoolFullness,
        now: ContinuousClock.Instant
    ) -> [Answer] {
        var answers: [Answer] = []
        queues.advance(to: now, isPoolEmpty: pool.isEmpty)
        let lateness: PickError = pool.isEmpty ? .noEndpointsInTime : .waitedTooLong
        while let expired = queues.popExpired(at: now) {
            answers.append(Answer(expired, lateness))
        }
        while let head = queues.head, mayPass(head, to: pool), let first = queues.popFirst() {
            pending.add(tokens: first.tokens)
            answers.append(Answer(first.number))
        }
        return answers
    }

    private func mayPass(_ place: PriorityPlace, to pool: PoolFullness) -> Bool {
        !isLimiting || (!pool.isEmpty && isAllowed(place, at: pool))
    }

    private func isAllowed(_ place: PriorityPlace, at pool: PoolFullness) -> Bool {
        pool.level(with: pending) < queues.config.usageLimit.ceiling(at: place)
    }

    private mutating func pass(_ request: QueuedRequest) -> Arrival {
        pending.add(tokens: request.tokens)
        return .passes
    }

    /// When the next request will have waited as long as it may, if the pool stays as it is.
    package mutating func nextExpiry() -> ContinuousClock.Instant? { queues.nextExpiry() }

    /// A request that passed is in flight, or has failed.
    package mutating func permitReturned(tokens: Int) { pending.remove(tokens: tokens) }

    /// Whether it still waited.
    package mutating func cancel(_ number: UInt64) -> Bool { queues.remove(number) }

    /// From now on none waits. Returns those that did.
    package mutating func shutDown() -> [Answer] {
        isShutDown = true
        return queues.removeAll().map { Answer($0, .shuttingDown) }
    }

    /// - Parameter config: nil lets everything pass.
    package mutating func apply(_ config: FlowControlConfig?) {
        isLimiting = config != nil
        if let config { queues.apply(config) }
    }
}

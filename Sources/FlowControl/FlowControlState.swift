package import Domain

/// Decides which requests pass, which wait and which are refused. Pure: what the pool looks like and
/// the time come in as arguments, answers are returned.
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
        /// - Parameters:
        ///   - isFirst: nothing that waits goes before it.
        ///   - evicted: those that have given way to it.
        case waits(isFirst: Bool, evicted: [UInt64])
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
    /// The pool as it was when it was last looked at.
    private var pool = PoolFullness.unknown
    private var lookedAt: ContinuousClock.Instant?
    /// Requests that were pending then or later, and are not any more: the pool that was looked at
    /// may not have them in flight.
    private var settled = PendingRequests()
    /// Whether anything holds requests back.
    private var isLimiting = false
    private var isShutDown = false

    /// A look at every endpoint is not needed for each request that finds the pool far from full.
    private static let lookAgeMax = Duration.milliseconds(10)

    package init(_ config: FlowControlConfig? = nil) { apply(config) }

    // MARK: - The pool

    /// The pool is so full, with all in flight whose permits were given back.
    package mutating func look(at pool: PoolFullness, now: ContinuousClock.Instant) {
        self.pool = pool
        lookedAt = now
        settled = PendingRequests()
        queues.advance(to: now, isPoolEmpty: pool.isEmpty)
    }

    /// Whether what happens to a request that comes now depends on a new look at the pool. The old
    /// one never shows it emptier than it is, but for what others than this picker do meanwhile.
    package func needsLook(for request: QueuedRequest, at now: ContinuousClock.Instant) -> Bool {
        guard isLimiting, queues.isFree(for: request.priority) else { return false }
        guard let lookedAt, now - lookedAt < Self.lookAgeMax else { return true }
        return !mayPass(queues.place(of: request.priority))
    }

    private func mayPass(_ place: PriorityPlace) -> Bool {
        guard isLimiting else { return true }
        return !pool.isEmpty
            && pool.level(with: pending + settled) < queues.config.usageLimit.ceiling(at: place)
    }

    // MARK: - Requests

    /// A request that has just come: whether it passes without waiting. What does not wait is not
    /// bound by what may wait.
    package mutating func arrived(_ request: QueuedRequest) -> Arrival {
        if isLimiting { queues.see(request.priority, at: request.arrival) }
        let isFree = !isLimiting || queues.isFree(for: request.priority)
        if isFree, mayPass(queues.place(of: request.priority)) {
            pending.add(tokens: request.tokens)
            return .passes
        }
        if isShutDown { return .refused(.shuttingDown) }
        if pool.isEmpty, request.emptyPoolTTL <= .zero { return .refused(.noEndpointsInTime) }
        return .mayWait
    }

    /// A request that may wait begins to. If it is the first of those that wait, `dispatch` is to be
    /// called after a new look: a place may have become free in between.
    package mutating func enter(_ request: QueuedRequest) -> Entrance {
        guard !isShutDown else { return .refused(.shuttingDown) }
        if lookedAt != nil { queues.advance(to: request.arrival, isPoolEmpty: pool.isEmpty) }
        let isFirst = queues.isFree(for: request.priority)
        switch queues.enter(request) {
        case .full: return .refused(.queueFull)
        case .waits(let evicted): return .waits(isFirst: isFirst, evicted: evicted)
        }
    }

    /// Answers those that may pass, the first of them first, and those whose time is over.
    package mutating func dispatch(now: ContinuousClock.Instant) -> [Answer] {
        var answers: [Answer] = []
        let lateness: PickError = pool.isEmpty ? .noEndpointsInTime : .waitedTooLong
        while let expired = queues.popExpired(at: now) {
            answers.append(Answer(expired, lateness))
        }
        while let head = queues.head, mayPass(head), let first = queues.popFirst() {
            pending.add(tokens: first.tokens)
            answers.append(Answer(first.number))
        }
        return answers
    }

    /// When the next request will have waited as long as it may, if the pool stays as it is.
    package mutating func nextExpiry() -> ContinuousClock.Instant? { queues.nextExpiry() }

    /// A request that passed is in flight, or has failed.
    package mutating func permitReturned(tokens: Int) {
        pending.remove(tokens: tokens)
        settled.add(tokens: tokens)
    }

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

/// Requests that wait for a place in the pool, and which of them is the next. Pure: time comes in
/// as an argument, and what becomes of a request is returned.
///
/// Invariants:
/// 1. A request that has entered leaves once: by `popFirst`, `remove`, `popExpired`, `removeAll`, or
///    for another that enters.
/// 2. Bands are in descending order of priorities, and each that is not configured holds a request.
/// 3. What waits is within the bounds of its band and of the whole.
///
/// Every operation costs O(log n) in the requests that wait, amortized.
package struct FlowQueues: Sendable {
    package enum Entrance: Equatable, Sendable {
        /// It waits, and these have given way to it.
        case waits(evicted: [UInt64])
        case full
    }

    private(set) var config: FlowControlConfig
    private var bands: [PriorityBand] = []
    private var recent = RecentPriorities()
    private var waiting: WaitingRequests = [:]
    package private(set) var bytes = 0
    private var clock = EmptyPoolClock()
    private var deadlines = LazyHeap<ContinuousClock.Instant>()
    private var emptyPoolDeadlines = LazyHeap<Duration>()

    package init(_ config: FlowControlConfig = FlowControlConfig()) {
        self.config = config
        openConfiguredBands()
    }

    package var count: Int { waiting.count }
    package var isEmpty: Bool { waiting.isEmpty }

    package var occupancy: QueueOccupancy {
        QueueOccupancy(
            bands: bands.map(QueueOccupancy.Band.init),
            requestShare: config.requestsMax.map { Double(count) / Double($0) },
            byteShare: config.bytesMax.map { Double(bytes) / Double($0) }
        )
    }

    // MARK: - Entering

    /// Puts a request into its band, if there is room or requests of negative and lower priority
    /// give way to it.
    package mutating func enter(_ request: QueuedRequest) -> Entrance {
        let priority = bandPriority(for: request.priority)
        let hasRoom =
            index(of: priority).map { bands[$0].hasRoom(for: request.bytes) }
            ?? (request.bytes <= config.band(for: priority).bytesMax)
        guard hasRoom, let evicted = makeRoom(for: request) else { return .full }
        insert(request, into: priority)
        let count = waiting.count
        deadlines.push(
            request.number,
            by: clock.servingTime(at: request.arrival) + request.timeToLive,
            amongst: waiting,
            liveCount: count
        )
        emptyPoolDeadlines.push(
            request.number,
            by: clock.emptyTime + request.emptyPoolTTL,
            amongst: waiting,
            liveCount: count
        )
        return .waits(evicted: evicted)
    }

    private mutating func insert(_ request: QueuedRequest, into priority: Int) {
        let index: Int
        if let known = self.index(of: priority) {
            index = known
        } else {
            index = bands.firstIndex { $0.priority < priority } ?? bands.count
            let config = config.band(for: priority)
            bands.insert(PriorityBand(priority: priority, config: config), at: index)
        }
        bands[index].add(request, to: &waiting)
        bytes += request.bytes
    }

    /// The priority of the band that a request joins: its own, unless there are too many already.
    private func bandPriority(for priority: Int) -> Int {
        guard bands.count >= FlowControlConfig.bandsMax, index(of: priority) == nil else {
            return priority
        }
        // What may be dropped stays apart from what may not, where it can.
        let alike = bands.filter { $0.isSheddable == (priority < 0) }
        let nearest = (alike.isEmpty ? bands : alike).min { left, right in
            abs(Double(left.priority) - Double(priority))
                < abs(Double(right.priority) - Double(priority))
        }
        return nearest?.priority ?? priority
    }

    /// Lets requests of negative and lower priority go until the whole has room: the lowest first,
    /// and of those the newest. Nil: even all of them are not enough, and none goes.
    private mutating func makeRoom(for request: QueuedRequest) -> [UInt64]? {
        let requestsMax = config.requestsMax ?? .max
        let bytesMax = config.bytesMax ?? .max
        let victims = bands.filter { $0.isSheddable && $0.priority < request.priority }
        let requestsLeft = waiting.count - victims.reduce(0) { $0 + $1.requestCount }
        let bytesLeft = bytes - victims.reduce(0) { $0 + $1.bytes }
        guard requestsLeft < requestsMax, request.bytes <= bytesMax - bytesLeft else { return nil }

        var evicted: [UInt64] = []
        while waiting.count >= requestsMax || request.bytes > bytesMax - bytes {
            guard let index = bands.lastIndex(where: { !$0.isEmpty }),
                let victim = bands[index].popNewest(from: &waiting)
            else { return evicted }
            bytes -= victim.bytes
            evicted.append(victim.number)
            closeIfIdle(index)
        }
        return evicted
    }

    // MARK: - Leaving

    /// The place of the most urgent request that waits. Nil: none does.
    package var head: PriorityPlace? {
        bands.first { !$0.isEmpty }.map { place(of: $0.priority) }
    }

    /// Takes out the next request of the most urgent band.
    package mutating func popFirst() -> QueuedRequest? {
        guard let index = bands.firstIndex(where: { !$0.isEmpty }),
            let first = bands[index].popFirst(from: &waiting)
        else { return nil }
        bytes -= first.bytes
        closeIfIdle(index)
        return first
    }

    /// Whether no request waits that goes before one of this priority.
    package func isFree(for priority: Int) -> Bool {
        guard let head else { return true }
        return head.priority < bandPriority(for: priority)
    }

    /// Whether it was still there.
    package mutating func remove(_ number: UInt64) -> Bool {
        guard let gone = waiting.removeValue(forKey: number) else { return false }
        bytes -= gone.request.bytes
        if let index = index(of: gone.band) {
            bands[index].removed(gone)
            closeIfIdle(index)
        }
        return true
    }

    package mutating func removeAll() -> [UInt64] {
        let numbers = waiting.keys.sorted()
        for number in numbers { _ = remove(number) }
        return numbers
    }

    // MARK: - Time

    package mutating func advance(to now: ContinuousClock.Instant, isPoolEmpty: Bool) {
        clock.advance(to: now, isPoolEmpty: isPoolEmpty)
        recent.forgetOld(at: now)
    }

    /// Takes out a request that has waited as long as it may, by the time that the clock was
    /// advanced to.
    package mutating func popExpired(at now: ContinuousClock.Instant) -> UInt64? {
        let expired: UInt64?
        if clock.isPoolEmpty {
            let first = emptyPoolDeadlines.first(amongst: waiting)
            expired = first.flatMap { $0.key <= clock.emptyTime ? $0.number : nil }
        } else {
            let first = deadlines.first(amongst: waiting)
            let time = clock.servingTime(at: now)
            expired = first.flatMap { $0.key <= time ? $0.number : nil }
        }
        guard let expired, remove(expired) else { return nil }
        return expired
    }

    /// When the next request will have waited as long as it may, if the pool stays as it is.
    package mutating func nextExpiry() -> ContinuousClock.Instant? {
        clock.isPoolEmpty
            ? emptyPoolDeadlines.first(amongst: waiting).flatMap { clock.instant(ofEmpty: $0.key) }
            : deadlines.first(amongst: waiting).flatMap { clock.instant(ofServing: $0.key) }
    }

    // MARK: - Bands

    /// What waits goes on waiting, by the rules from now on; its time to live stays.
    package mutating func apply(_ config: FlowControlConfig) {
        guard config != self.config else { return }
        self.config = config
        let requests = waiting.values.map(\.request).sorted { $0.number < $1.number }
        bands = []
        waiting = [:]
        bytes = 0
        openConfiguredBands()
        for request in requests { insert(request, into: bandPriority(for: request.priority)) }
    }

    private mutating func openConfiguredBands() {
        bands = config.bands.sorted { $0.key > $1.key }.map {
            PriorityBand(priority: $0, config: $1)
        }
    }

    private mutating func closeIfIdle(_ index: Int) {
        guard bands[index].isEmpty, config.bands[bands[index].priority] == nil else { return }
        bands.remove(at: index)
    }

    private func index(of priority: Int) -> Int? { bands.firstIndex { $0.priority == priority } }

    /// A request of this priority has come, whether it waits or not.
    package mutating func see(_ priority: Int, at now: ContinuousClock.Instant) {
        recent.see(priority, at: now)
    }

    /// Among the priorities that are configured, wait, or were seen lately, itself included.
    package func place(of priority: Int) -> PriorityPlace {
        var place = PriorityPlace(of: priority)
        for band in bands.indices { place.add(bands[band].priority) }
        var band = 0
        for seen in recent.priorities {
            // Both are in descending order.
            while band < bands.count, bands[band].priority > seen { band += 1 }
            if band == bands.count || bands[band].priority != seen { place.add(seen) }
        }
        return place
    }
}

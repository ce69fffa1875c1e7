/// The engines that may be asked, taken in turn, each behind its circuit breaker.
///
/// Not thread-safe: a value, to be held under its owner's lock.
struct EngineRotation: Sendable {
    /// One request that is under way. Comes back with `give`.
    struct Ticket: Equatable, Sendable {
        let url: String
        fileprivate let permit: CircuitBreaker.Permit
    }

    private struct Engine: Sendable {
        let url: String
        var breaker: CircuitBreaker
        var requestCount = 0
    }

    private let config: CircuitBreaker.Config
    private let requestsPerEngineMax: Int
    private var engines: [Engine] = []
    private var next = 0

    init(_ config: CircuitBreaker.Config, requestsPerEngineMax: Int) {
        self.config = config
        self.requestsPerEngineMax = requestsPerEngineMax
    }

    var isEmpty: Bool { engines.isEmpty }

    var openCount: Int { engines.count { $0.breaker.phase != .closed } }

    /// Engines that stay keep what is known of them.
    mutating func replace(with urls: [String]) {
        var seen: Set<String> = []
        engines = urls.filter { seen.insert($0).inserted }.map { url in
            engines.first { $0.url == url } ?? Engine(url: url, breaker: CircuitBreaker(config))
        }
        next = engines.isEmpty ? 0 : next % engines.count
    }

    /// The next engine that is fit to be asked, other than `excluded`. Nil if none is.
    mutating func take(
        at now: CircuitBreaker.Instant,
        excluding excluded: String? = nil
    ) -> Ticket? {
        for offset in engines.indices {
            let index = (next + offset) % engines.count
            guard engines[index].url != excluded,
                engines[index].requestCount < requestsPerEngineMax,
                let permit = engines[index].breaker.permit(at: now)
            else { continue }
            engines[index].requestCount += 1
            next = (index + 1) % engines.count
            return Ticket(url: engines[index].url, permit: permit)
        }
        return nil
    }

    /// Reports how a request ended. An engine that has left meanwhile is no matter.
    mutating func give(
        back ticket: Ticket,
        _ outcome: CircuitBreaker.Outcome,
        at now: CircuitBreaker.Instant,
        chance: Double
    ) -> CircuitBreaker.Change? {
        guard let index = engines.firstIndex(where: { $0.url == ticket.url }) else { return nil }
        engines[index].requestCount = max(0, engines[index].requestCount - 1)
        return engines[index].breaker.record(outcome, of: ticket.permit, at: now, chance: chance)
    }
}

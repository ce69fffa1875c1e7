import Domain
import KVIndexer
import Routing
import Synchronization
import Testing

/// Requests with one prompt that come at the same moment.
@Suite struct EndpointLedgerBurstTests {
    private static let requestsMax: Int32 = 8
    private static let blocks = 64
    private static let blockTokens = 16

    private static let prompt = PromptBlocks(
        blockCount: blocks,
        blockSize: BlockSize(tokenCount: blockTokens),
        chains: [
            PromptBlocks.Chain(
                space: KeySpaceID(rawValue: 1),
                blockSize: BlockSize(tokenCount: blockTokens),
                keys: (0..<UInt64(blocks)).map { BlockKey(rawValue: $0) }
            )
        ]
    )

    /// Who is credited with the whole prompt: what an index would know of it.
    private final class Credits: Sendable {
        private let endpoints = Mutex<Set<EndpointID>>([])

        func insert(_ endpoint: EndpointID) { endpoints.withLock { _ = $0.insert(endpoint) } }

        func matches() -> PrefixMatches {
            let held = endpoints.withLock { $0 }
            return PrefixMatches(
                blockCount: EndpointLedgerBurstTests.blocks,
                matchedBlocks: Dictionary(
                    uniqueKeysWithValues: held.map { ($0, EndpointLedgerBurstTests.blocks) }
                )
            )
        }
    }

    /// Of endpoints below the cap, the one with the fewest tokens to compute of this prompt.
    private static func pick(
        _ pool: LedgerPool,
        _ loads: [EndpointLoad],
        _ matches: PrefixMatches
    ) throws(PickError) -> RoutingDecision {
        func uncached(_ position: Int) -> Int {
            (blocks - matches.blocks(at: pool.snapshot.ids[position])) * blockTokens
        }
        let open = loads.indices.filter { loads[$0].inFlightRequests < requestsMax }
        guard let best = open.min(by: { uncached($0) < uncached($1) }) else { throw .saturated }
        return pool.decision(at: best, uncached: uncached(best))
    }

    private static func lookedUp(_ pool: LedgerPool, _ credits: Credits) -> ReservationDemand {
        var demand = LedgerPool.demand
        demand.lookup = pool.ledger.lookupBegins()
        demand.precise = PromptEvidence(blocks: prompt, matches: credits.matches())
        return demand
    }

    private static func send(
        _ demand: ReservationDemand,
        _ pool: LedgerPool,
        _ credits: Credits
    ) throws -> (decision: RoutingDecision, lease: EndpointLease) {
        var demand = demand
        let sent = try pool.ledger.reserve(&demand, in: pool.snapshot, at: pool.clock.now) {
            loads,
            demand,
            _,
            _ throws(PickError) in
            try pick(pool, loads, demand.precise.matches)
        }
        credits.insert(sent.decision.endpoint.id)
        pool.ledger.credited(sent.lease)
        return sent
    }

    /// - Parameters:
    ///   - looksUpFirst: whether all lookups end before the first decision.
    ///   - endpointsUsed: as few as the cap allows.
    @Test(arguments: [
        (requests: 64, looksUpFirst: true, endpointsUsed: 8),
        (requests: 64, looksUpFirst: false, endpointsUsed: 8),
        (requests: 16, looksUpFirst: true, endpointsUsed: 2),
        (requests: 16, looksUpFirst: false, endpointsUsed: 2),
    ])
    func `a burst computes its prompt once at each endpoint it needs, and fills each to its cap`(
        requests: Int,
        looksUpFirst: Bool,
        endpointsUsed: Int
    ) async throws {
        let pool = LedgerPool(8)
        let credits = Credits()
        let demands = (0..<requests).map { _ in
            looksUpFirst ? Self.lookedUp(pool, credits) : nil
        }
        var sent: [(decision: RoutingDecision, lease: EndpointLease)] = []
        try await withThrowingTaskGroup(
            of: (decision: RoutingDecision, lease: EndpointLease).self
        ) { group in
            for demand in demands {
                group.addTask {
                    try Self.send(demand ?? Self.lookedUp(pool, credits), pool, credits)
                }
            }
            for try await one in group { sent.append(one) }
        }
        let counts = pool.loads.map(\.inFlightRequests)
        #expect(counts.filter { $0 == Self.requestsMax }.count == endpointsUsed)
        #expect(counts.filter { $0 == 0 }.count == 8 - endpointsUsed)
        #expect(sent.filter { $0.decision.uncachedTokens > 0 }.count == endpointsUsed)
        if requests == 64 {
            var demand = Self.lookedUp(pool, credits)
            #expect(throws: PickError.saturated) {
                _ = try pool.ledger.reserve(&demand, in: pool.snapshot, at: pool.clock.now) {
                    loads,
                    demand,
                    _,
                    _ throws(PickError) in
                    try Self.pick(pool, loads, demand.precise.matches)
                }
            }
        }
        sent.removeAll()
        #expect(pool.loads.allSatisfy { $0.inFlightRequests == 0 && $0.inFlightTokens == 0 })
        #expect(pool.loads.allSatisfy { $0.prefillingRequests == 0 && $0.prefillingTokens == 0 })
        #expect(pool.ledger.inFlightTotal == 0)
    }
}

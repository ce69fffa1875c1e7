import Domain
import Scheduling

/// What a ledger guards with its lock. Pure: time comes in as an argument, as the time since the
/// ledger's beginning: unlike an instant, that has a size which the compiler knows.
///
/// Invariants:
/// 1. `ids`, `loads` and `tracks` are of the newest snapshot that was seen, by position.
/// 2. An endpoint's counts are the sums over those reservations whose place there has its
///    incarnation: so of one that left, nothing is given back to whoever came in its place.
/// 3. `nextRecovery` is not after the moment at which any load's `isBroken` has to turn false.
struct LedgerState: Sendable {
    let config: EndpointLedgerConfig
    private var generation: UInt64?
    private(set) var ids: [EndpointID] = []
    var loads: [EndpointLoad] = []
    var tracks: [EndpointTrack] = []
    var reservations = ReservationTable()
    var recentPicks: RecentPicks
    var scratch = SchedulingScratch()
    /// Of the last decision.
    private(set) var number: UInt64 = 0
    /// What all endpoints together have taught.
    var curve = PrefillCurve()
    /// When `EndpointLoad.recentTokens` have last been made to fade.
    var recentFadedAt = Duration.zero
    /// How often a first token has taught something.
    var lessonCount: UInt64 = 0
    var poolRate = PrefillRate()
    /// Reservations that were dropped because their end was never told.
    var expiredCount: UInt64 = 0
    var onRelease: ReleaseCall?
    /// Whether an endpoint has more room than whoever waits for a release was told.
    var owesRelease = false
    private var incarnations: UInt32 = 0
    private var nextRecovery: Duration?

    init(config: EndpointLedgerConfig) {
        self.config = config
        recentPicks = RecentPicks(picksMax: config.recentPicksMax)
    }

    mutating func takeOwedRelease() -> Bool {
        defer { owesRelease = false }
        return owesRelease
    }

    mutating func nextNumber() -> UInt64 {
        number += 1
        return number
    }

    /// Nil if it is not in the pool.
    func position(of id: EndpointID) -> Int? {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle].rawValue < id.rawValue { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }

    /// Nil if the endpoint has left the pool since.
    func position(of place: Reservation.Place) -> Int? {
        guard let position = position(of: place.endpoint),
            tracks[position].incarnation == place.incarnation
        else { return nil }
        return position
    }

    /// Aligns everything with a snapshot. Costs nothing if it, or a newer one, was seen before.
    mutating func follow(_ snapshot: EndpointSnapshot) {
        if let generation, snapshot.generation <= generation { return }
        generation = snapshot.generation
        var (newLoads, newTracks) = ([EndpointLoad](), [EndpointTrack]())
        newLoads.reserveCapacity(snapshot.endpoints.count)
        newTracks.reserveCapacity(snapshot.endpoints.count)
        for endpoint in snapshot.endpoints {
            // One with another number of ranks is another engine: it has started anew.
            if let position = position(of: endpoint.id),
                tracks[position].ranks.isOf(rankCount: endpoint.dataParallelSize)
            {
                newLoads.append(loads[position])
                newTracks.append(tracks[position])
            } else {
                incarnations &+= 1
                newLoads.append(EndpointLoad())
                newLoads[newLoads.count - 1].prefillRate = poolRate
                newTracks.append(
                    EndpointTrack(
                        incarnation: incarnations,
                        ranks: RankCounts(rankCount: endpoint.dataParallelSize),
                        breaker: CircuitBreaker(config: config.circuitBreaker)
                    )
                )
            }
        }
        (ids, loads, tracks) = (snapshot.ids, newLoads, newTracks)
    }

    /// By the positions of a snapshot that need not be the newest. Of the newest, no copy.
    func loads(in snapshot: EndpointSnapshot) -> [EndpointLoad] {
        if snapshot.generation == generation { return loads }
        return snapshot.ids.map { id in position(of: id).map { loads[$0] } ?? EndpointLoad() }
    }

    /// Tells an endpoint's load whether it is broken. To be called after its breaker has changed.
    mutating func showBreaker(at position: Int, now: Duration) {
        let breaker = tracks[position].breaker
        loads[position].isBroken = breaker.isBroken(at: now)
        if loads[position].isBroken, let recovery = breaker.recovery {
            nextRecovery = nextRecovery.map { min($0, recovery) } ?? recovery
        }
    }

    /// - Returns: whether an endpoint may be tried again.
    mutating func endBreaks(at now: Duration) -> Bool {
        guard let nextRecovery, nextRecovery <= now else { return false }
        refreshBroken(at: now)
        return true
    }

    private mutating func refreshBroken(at now: Duration) {
        nextRecovery = nil
        for position in tracks.indices { showBreaker(at: position, now: now) }
    }
}

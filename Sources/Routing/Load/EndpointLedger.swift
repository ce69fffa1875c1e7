package import Domain
package import Scheduling
import Synchronization

/// What every decision reads and changes: the load of each endpoint, as far as this picker knows.
///
/// Picking and reserving are one step under one lock, so that of two requests at the same moment
/// the second sees the first. A decision allocates nothing in proportion to endpoints, but for the
/// first one after a change of the pool.
///
/// Thread safety: every method may be called from any thread.
package final class EndpointLedger: Sendable {
    private let state: Mutex<LedgerState>
    /// How many picks' credits have reached the index.
    private let landings = Atomic<UInt64>(0)
    private let inFlight = Atomic<Int>(0)
    private let now: @Sendable () -> ContinuousClock.Instant
    private let beginning: ContinuousClock.Instant

    /// - Parameter now: when leases are told something.
    package init(
        config: EndpointLedgerConfig = EndpointLedgerConfig(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        state = Mutex(LedgerState(config: config))
        self.now = now
        beginning = now()
    }

    /// Has `call` called whenever an endpoint may have more room than before: a request has ended,
    /// its first token is there, or a broken endpoint may be tried again. Outside the lock, on the
    /// thread where that was noticed; at most once for each call of this ledger.
    package func onRelease(_ call: @escaping @Sendable () -> Void) {
        let call = ReleaseCall(call)
        state.withLock { $0.onRelease = call }
    }

    // MARK: Deciding

    /// The moment at which a lookup begins, for `ReservationDemand.lookup`.
    package func lookupBegins() -> LookupNumber {
        LookupNumber(rawValue: landings.load(ordering: .acquiring))
    }

    /// Picks, and takes what the decision needs.
    ///
    /// - Parameters:
    ///   - demand: its matches are brought up to date before `pick` sees them, by what was picked
    ///     since their lookup began.
    ///   - now: as told to `pick`'s plug-ins. Calls need not be in its order.
    ///   - pick: called once, under the lock: it must not wait, nor call this ledger, nor keep the
    ///     loads. These are by position in `snapshot`; the number is the decision's.
    /// - Returns: the decision with the ranks that it left open, and who is to be told what becomes
    ///   of the request.
    /// - Throws: what `pick` throws. Then nothing is taken.
    package func reserve(
        _ demand: inout ReservationDemand,
        in snapshot: EndpointSnapshot,
        at now: ContinuousClock.Instant,
        pick: (
            _ loads: [EndpointLoad],
            _ demand: ReservationDemand,
            _ number: UInt64,
            _ scratch: inout SchedulingScratch
        ) throws(PickError) -> RoutingDecision
    ) throws(PickError) -> (decision: RoutingDecision, lease: EndpointLease) {
        let now = now - beginning
        var onRelease: ReleaseCall?
        defer { onRelease?.call() }
        return try state.withLock { state throws(PickError) in
            if state.endDue(at: now) || state.takeOwedRelease() { onRelease = state.onRelease }
            defer { inFlight.store(state.reservations.count, ordering: .relaxed) }
            state.follow(snapshot)
            state.fadeRecent(at: now)
            state.recentPicks.addMissed(to: &demand)
            let number = state.nextNumber()
            // The array given to `pick` is let go of before it is changed, so it is not copied.
            var decision = try pick(state.loads(in: snapshot), demand, number, &state.scratch)
            let slot = state.reserve(demand, by: &decision, at: now)
            let lease = EndpointLease(
                number: number,
                slot: slot,
                ledger: self,
                fallbacks: decision.fallbacks
            )
            return (decision, lease)
        }
    }

    /// The index has the credit of a lease's pick, or will never get it: lookups that begin from
    /// now on know as much of it as they ever will. To be called once after each reservation.
    package func credited(_ lease: EndpointLease) {
        state.withLock { state in
            let moment = landings.add(1, ordering: .releasing).newValue
            state.recentPicks.credited(lease.number, at: LookupNumber(rawValue: moment))
        }
    }

    // MARK: Learning

    /// Aligns with the pool's endpoints, as every decision does, too.
    package func follow(_ snapshot: EndpointSnapshot) {
        state.withLock { $0.follow(snapshot) }
    }

    /// Takes what an engine says of itself. Of an endpoint that is not in the newest snapshot
    /// followed, nothing is kept.
    package func report(_ report: EngineReport, of endpoint: EndpointID) {
        update { state, _ in
            guard let position = state.position(of: endpoint) else { return false }
            state.loads[position].report = report
            return false
        }
    }

    /// Engines that have been silent for longer are taken to have said nothing: what they last said
    /// would count for ever.
    package func forgetReports(olderThan ageMax: Duration) {
        let oldest = now() - ageMax
        update { state, _ in
            for position in state.loads.indices {
                guard let received = state.loads[position].report.receivedAt else { continue }
                if received < oldest { state.loads[position].report = EngineReport() }
            }
            return false
        }
    }

    /// Gives up what is overdue. Decisions do, too; to be called some times a minute for when there
    /// are none.
    package func endDue() { update { _, _ in false } }

    /// - Parameter change: gets the time, too. Returns whether an endpoint has more room.
    func update(_ change: (inout LedgerState, Duration) -> Bool) {
        let now = now() - beginning
        let onRelease = state.withLock { state in
            let isDue = state.endDue(at: now)
            let isFreed = change(&state, now)
            let isOwed = state.takeOwedRelease()
            inFlight.store(state.reservations.count, ordering: .relaxed)
            return isDue || isFreed || isOwed ? state.onRelease : nil
        }
        onRelease?.call()
    }

    // MARK: Reading

    /// By position in `snapshot`. Let go of it soon: while it is held, the next decision copies it.
    ///
    /// Calls nobody: whoever waits for a release may ask for the loads under a lock of its own. A
    /// release that is noticed here is told by the next call of another method.
    package func loads(in snapshot: EndpointSnapshot) -> [EndpointLoad] {
        let now = now() - beginning
        return state.withLock { state in
            if state.endDue(at: now) { state.owesRelease = true }
            inFlight.store(state.reservations.count, ordering: .relaxed)
            state.follow(snapshot)
            return state.loads(in: snapshot)
        }
    }

    /// Requests in flight at one endpoint. Costs a lock.
    package func inFlightRequests(at endpoint: EndpointID) -> Int {
        state.withLock { state in
            state.position(of: endpoint).map { Int(state.loads[$0].inFlightRequests) } ?? 0
        }
    }

    /// Requests in flight. Costs no lock.
    package var inFlightTotal: Int { inFlight.load(ordering: .relaxed) }

    /// Reservations that were dropped because their end was never told.
    package var expiredTotal: UInt64 { state.withLock(\.expiredCount) }
}

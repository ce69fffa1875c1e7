import Domain
import Glibc

extension LedgerState {
    /// No request has so many tokens, and sums of so many never overflow.
    private static let tokensMax = 1 << 32

    /// Takes what the newest decision needs, and sets the ranks that it leaves open.
    ///
    /// - Returns: the reservation's slot.
    mutating func reserve(
        _ demand: ReservationDemand,
        by decision: inout RoutingDecision,
        at now: Duration
    ) -> Int {
        if reservations.count >= config.reservationsMax, let oldest = reservations.oldest {
            expiredCount += 1
            release(oldest, at: now)
        }
        let isCold = demand.isCold
        let promptTokens = Self.bounded(demand.promptTokens)
        let server = begin(
            at: decision.endpoint,
            rank: &decision.rank,
            tokens: promptTokens + Self.bounded(demand.outputTokens),
            isCold: isCold,
            now: now
        )
        var prefiller: Reservation.Place?
        if var prefill = decision.prefill {
            prefiller = begin(
                at: prefill.endpoint,
                rank: &prefill.rank,
                tokens: promptTokens,
                isCold: isCold,
                now: now
            )
            decision.prefill = prefill
        }
        for encoder in decision.encoders {
            if let position = position(of: encoder.id) { loads[position].lastPick = number }
        }
        recentPicks.append(
            number,
            demand,
            server: Self.holder(decision.endpoint, decision.rank),
            prefiller: decision.prefill.map { Self.holder($0.endpoint, $0.rank) }
        )
        let uncached = decision.prefill?.uncachedTokens ?? decision.uncachedTokens
        return beginPrefill(of: Self.bounded(uncached), demand, server, prefiller, at: now)
    }

    private mutating func begin(
        at endpoint: Endpoint,
        rank: inout Int?,
        tokens: Int,
        isCold: Bool,
        now: Duration
    ) -> Reservation.Place {
        guard let position = position(of: endpoint.id) else {
            return Reservation.Place(endpoint: endpoint.id, incarnation: 0, rank: nil, tokens: 0)
        }
        loads[position].begin(tokens: tokens, number: number, isCold: isCold)
        let counted = tracks[position].ranks.begin(at: rank)
        rank = rank ?? counted
        if tracks[position].breaker.recovery != nil {
            tracks[position].breaker.picked(number, at: now)
            showBreaker(at: position, now: now)
        }
        return Reservation.Place(
            endpoint: endpoint.id,
            incarnation: tracks[position].incarnation,
            rank: counted,
            tokens: tokens
        )
    }

    private mutating func beginPrefill(
        of uncachedTokens: Int,
        _ demand: ReservationDemand,
        _ server: Reservation.Place,
        _ prefiller: Reservation.Place?,
        at now: Duration
    ) -> Int {
        let position = position(of: prefiller ?? server)
        let ahead = position.map { loads[$0].prefillingTokens } ?? 0
        let aheadSquares = position.map { loads[$0].prefillingSquares } ?? 0
        let rate = position.map { loads[$0].prefillRate } ?? poolRate
        let predicted = rate.seconds(
            for: PrefillWork(ahead: ahead, squares: aheadSquares, own: uncachedTokens)
        )
        if let position {
            loads[position].beginPrefill(tokens: uncachedTokens)
            loads[position].recentTokens += Double(uncachedTokens)
        }
        if prefiller != nil, let position = self.position(of: server) {
            loads[position].awaitingPrefill += 1
        }
        let slot = reservations.insert(
            Reservation(
                number: number,
                server: server,
                prefiller: prefiller,
                uncachedTokens: uncachedTokens,
                aheadTokens: ahead,
                aheadSquares: aheadSquares,
                predictedSeconds: predicted,
                pickedAt: now,
                checkedAt: now,
                teachesRate: demand.seesFirstToken && demand.teachesRate
            )
        )
        if !demand.seesFirstToken {
            let seconds = min(predicted, config.reservationLifetime / .seconds(1))
            reservations.estimate(end: now + .seconds(seconds), of: slot)
        }
        return slot
    }

    /// Lets what was sent to endpoints fade with time. To be called before loads are looked at;
    /// costs a step for each endpoint some times a minute.
    mutating func fadeRecent(at now: Duration) {
        let age = now - recentFadedAt
        guard age >= Self.recentStep else { return }
        let kept = exp2(-(age / Self.recentHalfLife))
        for position in loads.indices { loads[position].recentTokens *= kept }
        recentFadedAt = now
    }

    private static let recentStep = Duration.seconds(4)
    /// About as long as users and agents take to come back: what was displaced before is not missed.
    private static let recentHalfLife = Duration.seconds(120)

    private static func bounded(_ tokens: Int) -> Int { min(max(0, tokens), tokensMax) }

    private static func holder(_ endpoint: Endpoint, _ rank: Int?) -> RecentPicks.Holder {
        RecentPicks.Holder(endpoint: endpoint.id, rank: UInt16(clamping: rank ?? 0))
    }
}

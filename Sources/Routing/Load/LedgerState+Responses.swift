import Domain

/// What becomes of reservations. Each of these returns whether an endpoint has more room than
/// before. Of a reservation that has ended already, nothing becomes.
extension LedgerState {
    mutating func answered(
        _ number: UInt64,
        in slot: Int,
        status: Int,
        at now: Duration
    ) -> Bool {
        if status >= 500 { return failed(number, in: slot, at: now) }
        guard reservations.holds(number, in: slot) else { return false }
        if let position = position(of: reservations[slot].server) {
            tracks[position].breaker.succeeded()
            showBreaker(at: position, now: now)
        }
        return status >= 400 && giveUpPrefill(slot, at: now)
    }

    /// The endpoint did not serve the request.
    mutating func failed(_ number: UInt64, in slot: Int, at now: Duration) -> Bool {
        guard reservations.holds(number, in: slot) else { return false }
        if let position = position(of: reservations[slot].server) {
            tracks[position].breaker.failed(at: now)
            showBreaker(at: position, now: now)
        }
        return giveUpPrefill(slot, at: now)
    }

    /// No prompt is computed for it, so the time it takes teaches nothing.
    private mutating func giveUpPrefill(_ slot: Int, at now: Duration) -> Bool {
        reservations.stopTeaching(slot)
        return endPrefill(slot, at: now)
    }

    mutating func sawFirstBytes(
        _ number: UInt64,
        in slot: Int,
        at now: Duration
    ) -> Bool {
        guard reservations.holds(number, in: slot) else { return false }
        if reservations[slot].teachesRate {
            reservations.stopTeaching(slot)
            learn(from: reservations[slot], at: now)
        }
        return endPrefill(slot, at: now)
    }

    mutating func ended(
        _ number: UInt64,
        in slot: Int,
        at now: Duration
    ) -> Bool {
        guard reservations.holds(number, in: slot) else { return false }
        release(slot, at: now)
        return true
    }

    /// Gives up what is overdue. Over all calls, a step or two for each reservation.
    mutating func endDue(at now: Duration) -> Bool {
        var isFreed = endBreaks(at: now)
        while let slot = reservations.overduePrefill(config.prefillLifetime, at: now) {
            isFreed = endPrefill(slot, at: now) || isFreed
        }
        while let slot = reservations.aged(config.reservationLifetime, at: now) {
            expiredCount += 1
            release(slot, at: now)
            isFreed = true
        }
        return isFreed
    }

    mutating func release(_ slot: Int, at now: Duration) {
        _ = endPrefill(slot, at: now)
        let reservation = reservations[slot]
        end(reservation.server, of: reservation.number, at: now)
        reservations.remove(slot)
    }

    /// Whoever computes a prompt for another endpoint is done with the request then.
    private mutating func endPrefill(_ slot: Int, at now: Duration) -> Bool {
        guard reservations.endPrefill(slot) else { return false }
        let reservation = reservations[slot]
        if let position = position(of: reservation.prefillPlace) {
            loads[position].endPrefill(tokens: reservation.uncachedTokens)
        }
        if let prefiller = reservation.prefiller {
            end(prefiller, of: reservation.number, at: now)
            if let position = position(of: reservation.server) {
                loads[position].awaitingPrefill -= 1
            }
        }
        return true
    }

    private mutating func end(
        _ place: Reservation.Place,
        of number: UInt64,
        at now: Duration
    ) {
        guard let position = position(of: place) else { return }
        loads[position].end(tokens: place.tokens)
        if let rank = place.rank { tracks[position].ranks.end(at: rank) }
        if tracks[position].breaker.recovery != nil {
            tracks[position].breaker.gaveUp(number, at: now)
            showBreaker(at: position, now: now)
        }
    }

    private mutating func learn(from reservation: Reservation, at now: Duration) {
        guard let position = position(of: reservation.prefillPlace) else { return }
        // Of the first prompt ahead, some was computed already. Predictions count it whole, too:
        // the rate comes out a little high, and what is predicted with it right.
        let seconds = (now - reservation.pickedAt) / .seconds(1)
        if let difference = curve.learn(
            reservation.work,
            seconds: seconds,
            along: poolRate
        ) {
            tracks[position].speed.learn(difference)
        }
        loads[position].prefillRate = poolRate.slowed(by: tracks[position].speed.slowness)
        showPoolRate()
    }

    /// What the pool has taught counts everywhere, so it is shown when it has changed by more than
    /// noise: seldom, for it costs a step for each endpoint. And it is not looked at every time.
    private mutating func showPoolRate() {
        lessonCount &+= 1
        guard lessonCount < 64 || lessonCount.isMultiple(of: 8) else { return }
        let rate = curve.rate()
        if rate.isAbout(poolRate) { return }
        poolRate = rate
        for position in loads.indices {
            loads[position].prefillRate = rate.slowed(by: tracks[position].speed.slowness)
        }
    }
}

extension PrefillRate {
    /// Whether short and long prompts take as long by both, but for what is noise.
    fileprivate func isAbout(_ other: PrefillRate) -> Bool {
        [0, 1000, 10_000, 100_000].allSatisfy { tokens in
            let work = PrefillWork(of: tokens)
            let (mine, others) = (seconds(for: work), other.seconds(for: work))
            return abs(mine - others) <= 0.002 + 0.05 * others
        }
    }
}

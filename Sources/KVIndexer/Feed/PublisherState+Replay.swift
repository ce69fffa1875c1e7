/// What becomes of a replay.
extension PublisherState {
    /// Adds to the verdict that a replay begins, from the last batch or from the beginning.
    mutating func ask(_ verdict: Verdict, attempt: Int = 1) -> Verdict {
        phase = .replaying(
            Replay(isVerified: last == nil, attempt: attempt, coversGap: isHolding)
        )
        isExhausted = false
        isSuspect = false
        var verdict = verdict
        verdict.order = .request(from: lacksHistory ? 0 : last?.number ?? 0)
        return verdict
    }

    /// A batch that was asked for.
    package mutating func receivedReplay(_ batch: StreamPosition) -> Verdict {
        guard case .replaying(var replay) = phase else { return .drop }
        if lacksHistory { return takeHistory(from: batch, in: &replay) }
        guard let last else { return applyReplayed(batch, in: &replay) }
        guard batch.number >= last.number else { return .drop }
        guard replay.isVerified else { return verify(batch, against: last, in: &replay) }
        if batch.number == last.number { return .drop }
        if batch.number == last.number &+ 1 { return applyReplayed(batch, in: &replay) }
        // The engine's socket has dropped some of its answer, as it does when we are slow.
        let attempt = replay.hasProgressed ? 1 : replay.attempt + 1
        if attempt <= attemptsMax { return ask(Verdict(), attempt: attempt) }
        return skip(to: batch, after: last, in: &replay)
    }

    /// Takes all that the engine has, over what is known. What is known and does not come again is
    /// not sure of.
    private mutating func takeHistory(
        from batch: StreamPosition,
        in replay: inout Replay
    ) -> Verdict {
        let wasKnown = last != nil
        forget()
        isDoubtful = isSuspect
        replay.isVerified = true
        var verdict = applyReplayed(batch, in: &replay)
        if wasKnown { verdict.knowledge = .becomeUncertain }
        return verdict
    }

    /// Takes the first answer to a request from `last` on.
    private mutating func verify(
        _ batch: StreamPosition,
        against last: StreamPosition,
        in replay: inout Replay
    ) -> Verdict {
        if batch.number > last.number { return skip(to: batch, after: last, in: &replay) }
        guard batch == last else { return replayRestarted() }
        replay.isVerified = true
        phase = .replaying(replay)
        // The answer may be older than the connection.
        if !isSuspect { isDoubtful = false }
        guard isRestored else { return .drop }
        isRestored = false
        isRepeating = true
        return Verdict(knowledge: .confirm)
    }

    private mutating func applyReplayed(
        _ batch: StreamPosition,
        in replay: inout Replay
    ) -> Verdict {
        if last == nil, batch.number > 0 { replay.isTruncated = true }
        replay.hasProgressed = true
        phase = .replaying(replay)
        return apply(batch)
    }

    /// What lies between is not in the engine's buffer any more. Nor can it tell then whether the
    /// stream is the same one.
    private mutating func skip(
        to batch: StreamPosition,
        after last: StreamPosition,
        in replay: inout Replay
    ) -> Verdict {
        replay.isVerified = true
        replay.isTruncated = true
        isRestored = false
        isRepeating = false
        if !isSuspect { isDoubtful = false }
        var verdict = applyReplayed(batch, in: &replay)
        verdict.knowledge = .becomeUncertain
        verdict.lostCount = batch.number - last.number - 1
        return verdict
    }

    /// The engine's stream is not the one that we know: take all of it instead. What waits is of
    /// the new stream already, because it came after the gap.
    private mutating func replayRestarted() -> Verdict {
        forget()
        if !isHolding { newestLive = nil }
        return ask(Verdict(knowledge: .startOver, outcome: .restarted))
    }

    /// The engine says that this was all.
    package mutating func replayEnded() -> Verdict {
        guard case .replaying(let replay) = phase else { return .drop }
        // An engine always has its newest batch. If that comes before our last one, or if there
        // is none, then its stream is another.
        if last != nil, !replay.isVerified { return replayRestarted() }
        let outcome = replay.isTruncated ? Verdict.Outcome.truncated : .complete
        if isSuspect { return ask(Verdict(outcome: outcome)) }
        leaveReplay()
        isExhausted = replay.coversGap
        return Verdict(order: .release, outcome: outcome)
    }

    /// Nothing has come for a while, or the socket has failed.
    package mutating func replayStalled() -> Verdict {
        guard case .replaying(let replay) = phase else { return .drop }
        let attempt = replay.hasProgressed ? 1 : replay.attempt + 1
        return attempt <= attemptsMax ? ask(Verdict(), attempt: attempt) : replayFailed()
    }

    /// The replay is given up. Numbers alone decide, until `cooledDown`.
    package mutating func replayFailed() -> Verdict {
        guard isReplaying else { return .drop }
        leaveReplay()
        isCoolingDown = true
        lacksHistory = false
        return Verdict(knowledge: resolveDoubt(), order: .release, outcome: .failed)
    }

    /// The engine could not be asked yet, and live batches wait no longer. When `cooledDown` tells
    /// that it can be, it is asked for all it has.
    package mutating func replayPostponed() -> Verdict {
        guard isReplaying else { return .drop }
        var verdict = replayFailed()
        verdict.outcome = nil
        lacksHistory = true
        return verdict
    }

    /// Replays may be asked for again.
    package mutating func cooledDown() -> Verdict {
        isCoolingDown = false
        guard canReplay, isSuspect || lacksHistory, !isReplaying else { return .drop }
        return ask(Verdict())
    }

    private mutating func leaveReplay() {
        phase = .following
        isHolding = false
        isRepeating = false
    }
}

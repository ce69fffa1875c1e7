/// Decides on the numbered batches of one publisher. Numbers grow by one from any; a hole is a
/// lost batch, and a number that falls is an engine that has restarted.
///
/// A replay is asked for from the last batch that was applied, not from the one after it: that
/// the engine still has the same batch under this number shows that it has not restarted, also
/// where the numbers of its new stream have overtaken those of the old one.
///
/// Live batches that arrive during a replay wait and are applied behind it: a recovery loses
/// none of them, and applies none twice.
package struct PublisherState: Sendable {
    private struct Replay {
        /// Whether the engine has shown that its stream is the one we know.
        var isVerified: Bool
        /// Times in a row that the engine was asked and nothing came of it.
        var attempt = 1
        var hasProgressed = false
        /// Whether a live batch was waiting when the replay was asked for. What comes before that
        /// batch, and not with the replay, never will.
        let coversGap: Bool
        var isTruncated = false
    }

    private enum Phase {
        case following
        case replaying(Replay)
    }

    private let canReplay: Bool
    private let attemptsMax: Int
    private var phase = Phase.following
    /// The last batch that was applied; nil as long as nothing is known of the stream.
    package private(set) var last: StreamPosition?
    /// Whether a replay has brought the last one: then live batches up to it may still be to come.
    private var isLastReplayed = false
    /// The last one that came by itself. Only these tell by their numbers of a restart: a replay
    /// may be ahead of what still waits in the live socket.
    private var newestLive: StreamPosition?
    private var isHolding = false
    /// Whether a replay has failed, and none is asked for until `cooledDown`.
    package private(set) var isCoolingDown = false
    /// Whether a replay has been had that would have filled the gap before the next batch.
    private var isExhausted = false
    private var isGapKnown = false
    /// Whether the connection is newer than the last request for a replay: who answered that may
    /// not be who publishes now.
    private var isSuspect = false
    /// Whether what is known comes from a snapshot that no replay has confirmed.
    private var isRestored: Bool
    /// Whether batches are replayed over what a snapshot may hold of them already.
    package private(set) var isRepeating = false

    /// - Parameters:
    ///   - restored: Where the stream was when a snapshot was taken that the index now holds.
    ///   - attemptsMax: Times in a row that an engine is asked for a replay in vain.
    package init(canReplay: Bool, restored: StreamPosition? = nil, attemptsMax: Int = 3) {
        self.canReplay = canReplay
        self.attemptsMax = attemptsMax
        last = restored
        isRestored = restored != nil
    }

    package var isReplaying: Bool {
        if case .replaying = phase { true } else { false }
    }

    private var mayAsk: Bool { canReplay && !isCoolingDown }

    /// The socket has a connection, for the first time or again: what was published while it had
    /// none is lost, and the engine may be another one.
    package mutating func connected() -> Verdict {
        guard canReplay else { return .drop }
        isSuspect = true
        return mayAsk && !isReplaying ? ask(Verdict()) : .drop
    }

    /// A batch from the live socket.
    package mutating func receivedLive(_ batch: StreamPosition) -> Verdict {
        if let newestLive, batch.number <= newestLive.number {
            return batch == newestLive ? .drop : restarted(with: batch)
        }
        newestLive = batch
        guard isReplaying else { return decide(on: batch) }
        isHolding = true
        return Verdict(batch: .hold)
    }

    /// A batch that has waited for the end of a replay. If it has to wait again, it stays ahead
    /// of all others.
    package mutating func released(_ batch: StreamPosition) -> Verdict { decide(on: batch) }

    /// The batch that was to be applied could not be read: as lost as one that never came.
    package mutating func unreadable() -> Verdict {
        Verdict(knowledge: .becomeUncertain, lostCount: 1)
    }

    private mutating func decide(on batch: StreamPosition) -> Verdict {
        guard let last else {
            guard batch.number > 0, mayAsk, !isExhausted else { return apply(batch) }
            return hold()
        }
        if batch.number == last.number &+ 1 { return apply(batch) }
        if batch.number <= last.number {
            // A replay that was asked for after the batch had come knows better than the batch.
            if isLastReplayed, batch.number < last.number || batch == last || isExhausted {
                isExhausted = false
                return .drop
            }
            forget()
            var verdict = decide(on: batch)
            verdict.knowledge = .startOver
            return verdict
        }
        return gap(after: last, before: batch)
    }

    private mutating func gap(
        after last: StreamPosition,
        before batch: StreamPosition
    ) -> Verdict {
        let isNew = !isGapKnown
        isGapKnown = true
        if mayAsk, !isExhausted {
            var verdict = hold()
            verdict.isGap = isNew
            return verdict
        }
        var verdict = apply(batch)
        verdict.knowledge = .becomeUncertain
        verdict.isGap = isNew
        verdict.lostCount = batch.number - last.number - 1
        return verdict
    }

    private mutating func apply(_ batch: StreamPosition) -> Verdict {
        last = batch
        isLastReplayed = isReplaying
        isExhausted = false
        isGapKnown = false
        return .apply
    }

    private mutating func hold() -> Verdict {
        isHolding = true
        return ask(Verdict(batch: .hold))
    }

    /// A live batch tells that the engine has restarted.
    private mutating func restarted(with batch: StreamPosition) -> Verdict {
        let wasReplaying = isReplaying
        forget()
        newestLive = batch
        isHolding = false
        phase = .following
        var verdict = decide(on: batch)
        verdict.knowledge = .startOver
        verdict.discardsHeld = true
        if wasReplaying, verdict.order == .none { verdict.order = .release }
        return verdict
    }

    private mutating func forget() {
        last = nil
        isExhausted = false
        isGapKnown = false
        isRestored = false
        isRepeating = false
    }
}

// MARK: Replays

extension PublisherState {
    /// Adds to the verdict that a replay begins, from the last batch or from the beginning.
    private mutating func ask(_ verdict: Verdict, attempt: Int = 1) -> Verdict {
        phase = .replaying(
            Replay(isVerified: last == nil, attempt: attempt, coversGap: isHolding)
        )
        isExhausted = false
        isSuspect = false
        var verdict = verdict
        verdict.order = .request(from: last?.number ?? 0)
        return verdict
    }

    /// A batch that was asked for.
    package mutating func receivedReplay(_ batch: StreamPosition) -> Verdict {
        guard case .replaying(var replay) = phase else { return .drop }
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
        if isSuspect { return ask(Verdict()) }
        leaveReplay()
        isExhausted = replay.coversGap
        return Verdict(order: .release, outcome: replay.isTruncated ? .truncated : .complete)
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
        return Verdict(order: .release, outcome: .failed)
    }

    /// Replays may be asked for again.
    package mutating func cooledDown() -> Verdict {
        isCoolingDown = false
        return isSuspect ? connected() : .drop
    }

    private mutating func leaveReplay() {
        phase = .following
        isHolding = false
        isRepeating = false
    }
}

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
    struct Replay {
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

    enum Phase {
        case following
        case replaying(Replay)
    }

    let canReplay: Bool
    private let isNumbered: Bool
    let attemptsMax: Int
    var phase = Phase.following
    /// The last batch that was applied; nil as long as nothing is known of the stream.
    package internal(set) var last: StreamPosition?
    /// Whether a replay has brought the last one: then live batches up to it may still be to come.
    private var isLastReplayed = false
    /// The last one that came by itself. Only these tell by their numbers of a restart: a replay
    /// may be ahead of what still waits in the live socket.
    var newestLive: StreamPosition?
    var isHolding = false
    /// Whether a replay has failed, and none is asked for until `cooledDown`.
    package internal(set) var isCoolingDown = false
    /// Whether a replay has been had that would have filled the gap before the next batch.
    var isExhausted = false
    private var isGapKnown = false
    /// Whether the connection is newer than the last request for a replay: who answered that may
    /// not be who publishes now.
    var isSuspect = false
    private var hasConnected = false
    /// Whether the connection has been made anew since the stream was last known to be the same.
    var isDoubtful = false
    /// Whether the engine was to be asked for a replay, and could not be: what has come since then
    /// may not follow what was known before.
    var lacksHistory = false
    /// Whether what is known comes from a snapshot that no replay has confirmed.
    var isRestored: Bool
    /// Whether batches are replayed over what a snapshot may hold of them already.
    package internal(set) var isRepeating = false

    /// - Parameters:
    ///   - isNumbered: Whether the numbers are those of one publisher. If not, they tell nothing.
    ///   - restored: Where the stream was when a snapshot was taken that the index now holds.
    ///   - attemptsMax: Times in a row that an engine is asked for a replay in vain.
    package init(
        canReplay: Bool,
        isNumbered: Bool = true,
        restored: StreamPosition? = nil,
        attemptsMax: Int = 3
    ) {
        self.canReplay = canReplay
        self.isNumbered = isNumbered
        self.attemptsMax = attemptsMax
        last = restored
        isRestored = restored != nil
    }

    package var isReplaying: Bool {
        if case .replaying = phase { true } else { false }
    }

    var mayAsk: Bool { canReplay && !isCoolingDown }

    /// The socket has a connection, for the first time or again: what was published while it had
    /// none is lost, and the engine may be another one.
    package mutating func connected() -> Verdict {
        isDoubtful = hasConnected && (last != nil || isReplaying)
        hasConnected = true
        guard canReplay else { return Verdict(knowledge: resolveDoubt()) }
        isSuspect = true
        if isReplaying { return .drop }
        // What comes until a replay may be asked for would hide that the engine is another one.
        return mayAsk ? ask(Verdict()) : Verdict(knowledge: resolveDoubt())
    }

    /// What becomes of what is known, when nothing shows whether the engine is still the same.
    mutating func resolveDoubt() -> Verdict.Knowledge {
        defer { isDoubtful = false }
        return isDoubtful ? .becomeUncertain : .keep
    }

    /// A batch from the live socket.
    package mutating func receivedLive(_ batch: StreamPosition) -> Verdict {
        guard isNumbered else { return apply(batch) }
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

    mutating func apply(_ batch: StreamPosition) -> Verdict {
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

    /// A live batch tells that the engine has restarted, or that it is otherwise not what it was
    /// taken for.
    mutating func restarted(with batch: StreamPosition) -> Verdict {
        let wasReplaying = isReplaying
        forget()
        lacksHistory = isCoolingDown && batch.number > 0
        newestLive = batch
        isHolding = false
        phase = .following
        var verdict = decide(on: batch)
        verdict.knowledge = .startOver
        verdict.discardsHeld = true
        if wasReplaying, verdict.order == .none { verdict.order = .release }
        return verdict
    }

    mutating func forget() {
        last = nil
        isExhausted = false
        isGapKnown = false
        isRestored = false
        isRepeating = false
        isDoubtful = false
        lacksHistory = false
    }
}

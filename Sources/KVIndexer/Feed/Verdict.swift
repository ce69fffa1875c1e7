/// What is to be done about something that a publisher's stream has brought, in the order of the
/// fields.
package struct Verdict: Equatable, Sendable {
    /// What becomes of what was known before.
    package enum Knowledge: Sendable {
        case keep
        /// What a snapshot held is right: its stream goes on.
        case confirm
        /// Batches were lost for good.
        case becomeUncertain
        /// The engine has restarted: nothing of it is true any more.
        case startOver
    }

    /// What becomes of the batch itself.
    package enum Batch: Sendable {
        case apply
        /// It was applied before, or nothing came.
        case drop
        /// It waits, behind others that wait, until the replay is over.
        case hold
    }

    package enum Order: Equatable, Sendable {
        case none
        /// Begin a replay, in place of one that is running.
        case request(from: UInt64)
        /// The replay is over: ask `released` about each batch that waits.
        case release
    }

    /// How a replay went.
    package enum Outcome: String, CaseIterable, Sendable {
        /// Nothing is missing.
        case complete
        /// The engine no longer has all that was asked for.
        case truncated
        /// The engine has restarted since.
        case restarted
        /// It never came to its end.
        case failed
    }

    package var knowledge = Knowledge.keep
    /// Whether those that wait are of a stream that is over.
    package var discardsHeld = false
    package var batch = Batch.drop
    package var order = Order.none

    // To be counted.
    package var isGap = false
    package var lostCount: UInt64 = 0
    package var outcome: Outcome?

    package static let drop = Verdict()
    package static let apply = Verdict(batch: .apply)

    package init(
        knowledge: Knowledge = .keep,
        discardsHeld: Bool = false,
        batch: Batch = .drop,
        order: Order = .none,
        isGap: Bool = false,
        lostCount: UInt64 = 0,
        outcome: Outcome? = nil
    ) {
        self.knowledge = knowledge
        self.discardsHeld = discardsHeld
        self.batch = batch
        self.order = order
        self.isGap = isGap
        self.lostCount = lostCount
        self.outcome = outcome
    }
}

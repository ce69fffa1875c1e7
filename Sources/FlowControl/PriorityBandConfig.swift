/// Whose turn it is among those who share a priority, under llm-d's names.
package enum FairnessPolicy: String, CaseIterable, Sendable {
    /// Nobody's: the first by the band's order, whose request it is does not matter.
    case globalStrict = "global-strict-fairness-policy"
    /// Each fairness ID with waiting requests gets one through, in turn.
    case roundRobin = "round-robin-fairness-policy"
}

/// Which request of one flow is the next, under llm-d's names.
package enum OrderingPolicy: String, CaseIterable, Sendable {
    /// The one that came first.
    case firstCome = "fcfs-ordering-policy"
    /// The one whose time to live ends first.
    case earliestDeadline = "edf-ordering-policy"
    /// The one whose wanted time to first token ends first; those that name none come last.
    case earliestTarget = "slo-deadline-ordering-policy"
}

/// How requests of one priority wait.
package struct PriorityBandConfig: Equatable, Sendable {
    /// Requests that may wait. What comes then is refused at once: lower it where clients had
    /// better try elsewhere than wait.
    package var requestsMax = 5000
    /// Bytes of the bodies that may wait: what bounds this process's memory.
    package var bytesMax = 1_000_000_000
    package var fairness = FairnessPolicy.globalStrict
    package var ordering = OrderingPolicy.firstCome

    /// More requests or bytes than can wait: stands for no bound. Sums over all bands stay within an
    /// `Int`.
    package static let unlimited = 1 << 50

    package init(
        requestsMax: Int = 5000,
        bytesMax: Int = 1_000_000_000,
        fairness: FairnessPolicy = .globalStrict,
        ordering: OrderingPolicy = .firstCome
    ) {
        self.requestsMax = requestsMax
        self.bytesMax = bytesMax
        self.fairness = fairness
        self.ordering = ordering
    }

    package func validated() throws(FlowControlConfigError) -> Self {
        guard requestsMax > 0 else { throw .notPositive("maxRequests") }
        guard bytesMax > 0 else { throw .notPositive("maxBytes") }
        guard bytesMax <= Self.unlimited else { throw .tooGreat("maxBytes") }
        return self
    }
}

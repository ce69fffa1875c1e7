import Domain

/// What of a request matters while it waits.
package struct QueuedRequest: Equatable, Sendable {
    /// Grows with every request. Told apart by it, and the older comes first of equals.
    package let number: UInt64
    package var priority = 0
    package var fairnessID = InferenceRequest.defaultFairnessID
    package var bytes = 0
    package var tokens = 0
    package let arrival: ContinuousClock.Instant
    /// How long it may wait while the pool has endpoints.
    package var timeToLive = Duration.seconds(60)
    /// How long it may wait while the pool has none.
    package var emptyPoolTTL = Duration.seconds(60)
    /// How soon its first token is wanted. Nil: it does not say.
    package var target: Duration?

    package init(number: UInt64, arrival: ContinuousClock.Instant) {
        self.number = number
        self.arrival = arrival
    }

    /// - Parameter bytes: of its body.
    init(
        _ request: InferenceRequest,
        number: UInt64,
        bytes: Int,
        arrival: ContinuousClock.Instant,
        by config: FlowControlConfig
    ) {
        self.init(number: number, arrival: arrival)
        priority = request.priority
        fairnessID = request.fairnessID
        self.bytes = min(max(0, bytes), PriorityBandConfig.unlimited)
        tokens = request.promptTokens
        timeToLive = config.requestTTL
        emptyPoolTTL = config.emptyPoolTTL ?? config.requestTTL
        target = RequestTarget.target(of: request)
    }

    /// What it is ordered by within its flow.
    func rank(by policy: OrderingPolicy) -> ContinuousClock.Instant {
        switch policy {
        case .firstCome: arrival
        case .earliestDeadline: arrival + timeToLive
        case .earliestTarget: arrival + (target ?? RequestTarget.none)
        }
    }
}

/// How soon a client wants the first token.
enum RequestTarget {
    /// llm-d's, and its older name.
    static let headers = ["x-llm-d-slo-ttft-ms", "x-slo-ttft-ms"]
    /// Later than any target.
    static let none = Duration.seconds(1 << 32)

    private static let millisecondsMax = 1_000_000_000

    /// Nil if it names none, or no positive whole number.
    static func target(of request: InferenceRequest) -> Duration? {
        for name in headers {
            guard let value = request.header(name), let milliseconds = Int(value) else { continue }
            if milliseconds > 0 { return .milliseconds(min(milliseconds, millisecondsMax)) }
        }
        return nil
    }
}

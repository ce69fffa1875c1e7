/// Who is let in, who waits, and who is turned away, in the terms of llm-d's documents and with
/// their defaults.
package struct FlowControlSettings: Equatable, Sendable {
    /// Whether requests wait for their turn (the feature gate `flowControl`). Otherwise only those
    /// of negative priority are turned away while the pool is saturated.
    package var isEnabled = false
    /// Bytes of all requests that wait. Nil: no bound but those of the bands.
    package var bytesMax: Int?
    /// Requests that wait. Nil: no bound but those of the bands.
    package var requestsMax: Int?
    /// How long a request waits while there are endpoints. 0: as long as its client does.
    package var requestTTL = Duration.seconds(60)
    /// How long a request waits while there is no endpoint; 0 as before. Nil: `requestTTL`.
    package var noEndpointRequestTTL: Duration?
    /// Of the priorities without a band of their own.
    package var defaultBand = PriorityBandSettings()
    /// Of the negative priorities among them. Nil: `defaultBand`.
    package var defaultNegativeBand: PriorityBandSettings?
    package var bands: [Int: PriorityBandSettings] = [:]
    package var usageLimit = UsageLimitSettings.ceiling(1)
    package var detector = SaturationDetectorSettings.utilization(UtilizationSettings())
    /// Nil: no request is turned away but by the queues.
    package var admitter: ProbabilisticAdmitterSettings?
    /// Whether requests that run give way to those of higher priority.
    package var evictsRunning = false

    package init() {}
}

/// The queues of one priority.
package struct PriorityBandSettings: Equatable, Sendable {
    /// Nil: no bound.
    package var bytesMax: Int? = 1_000_000_000
    /// Nil: no bound.
    package var requestsMax: Int? = 5000
    package var fairness = FairnessSetting.globalStrict
    package var ordering = OrderingSetting.firstComeFirstServed

    package init() {}
}

/// Whose turn it is among those who share a priority.
package enum FairnessSetting: String, CaseIterable, Sendable {
    /// The request that comes first by the ordering, whosever it is.
    case globalStrict = "global-strict-fairness-policy"
    case roundRobin = "round-robin-fairness-policy"
}

/// Which of one client's requests goes first.
package enum OrderingSetting: String, CaseIterable, Sendable {
    case firstComeFirstServed = "fcfs-ordering-policy"
    /// The one whose time to wait ends first.
    case earliestDeadline = "edf-ordering-policy"
    /// The one whose first token is due first.
    case objectiveDeadline = "slo-deadline-ordering-policy"
}

/// How much of the pool each priority may fill: its requests wait while saturation is not below.
package enum UsageLimitSettings: Equatable, Sendable {
    /// The same for every priority.
    case ceiling(Double)
    /// From `max` for the highest active priority down to `min` for the lowest, in equal steps, or,
    /// with `isByValue`, in proportion to the priorities' numbers.
    case holdback(min: Double, max: Double, isByValue: Bool)
    /// By priority; one that is not named is held back altogether.
    case ceilings([Int: Double])
}

/// How full the pool is; 1 and more is saturated.
package enum SaturationDetectorSettings: Equatable, Sendable {
    case utilization(UtilizationSettings)
    case concurrency(ConcurrencySettings)
}

/// The mean, over endpoints, of the greater of two shares: of the queue and of the KV cache.
package struct UtilizationSettings: Equatable, Sendable {
    package var queueDepthThreshold = 5
    package var kvCacheThreshold = 0.8
    /// From when on a report is too old to go by.
    package var staleAfter = Duration.milliseconds(200)
    /// What a single endpoint may exceed the thresholds by, as a share of them.
    package var headroom = 0.0

    package init() {}
}

/// What this picker has in flight, as a share of what the pool should have.
package struct ConcurrencySettings: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        case requests
        case tokens
        /// The greater of both shares.
        case hybrid
    }

    package var mode = Mode.requests
    /// Of one endpoint.
    package var requestsMax = 100
    /// Of one endpoint.
    package var tokensMax = 1_000_000
    package var headroom = 0.0

    package init() {}
}

/// Turns requests of negative priority away with probability `min(saturation ^ power * factor, 1)`.
package struct ProbabilisticAdmitterSettings: Equatable, Sendable {
    package var power = 5.0
    package var factor = 300.0
    /// How saturation is measured for this.
    package var utilization = UtilizationSettings()

    package init() {}
}

/// How requests wait for a place in a saturated pool, with llm-d's defaults (`flowControl`).
package struct FlowControlConfig: Equatable, Sendable {
    /// Requests that may wait, of all priorities. Nil: as many as the bands hold.
    package var requestsMax: Int?
    /// Bytes of the bodies that may wait, of all priorities. Nil: as many as the bands hold.
    package var bytesMax: Int?
    /// How long a request may wait while the pool has endpoints. Lower it where clients give up
    /// sooner: what waits longer than its client does is work for nobody.
    package var requestTTL = Duration.seconds(60)
    /// How long a request may wait, in all, while the pool has none: raise it beyond the time that
    /// the first endpoint takes to start where the pool scales from zero. Nil: `requestTTL`.
    package var emptyPoolTTL: Duration?
    /// For priorities from 0 on that have no band of their own.
    package var defaultBand = PriorityBandConfig()
    /// For priorities below 0 that have no band of their own.
    package var defaultNegativeBand = PriorityBandConfig()
    /// By priority. At most `bandsMax`.
    package var bands: [Int: PriorityBandConfig] = [:]
    package var usageLimit = UsageLimit.uniform(1)

    /// Priorities that are told apart at one time. A request of a further one joins the nearest.
    package static let bandsMax = 64
    /// Flows of one band that take turns at one time. Requests of further ones share one more.
    package static let flowsMax = 1024

    package init() {}

    package func validated() throws(FlowControlConfigError) -> Self {
        if let requestsMax, requestsMax <= 0 { throw .notPositive("maxRequests") }
        if let bytesMax, bytesMax <= 0 { throw .notPositive("maxBytes") }
        guard (bytesMax ?? 0) <= PriorityBandConfig.unlimited else { throw .tooGreat("maxBytes") }
        guard requestTTL > .zero else { throw .notPositive("defaultRequestTTL") }
        if let emptyPoolTTL, emptyPoolTTL < .zero { throw .negative("noEndpointRequestTTL") }
        guard bands.count <= Self.bandsMax else { throw .tooManyBands(bands.count) }
        for band in [defaultBand, defaultNegativeBand] + bands.values { _ = try band.validated() }
        _ = try usageLimit.validated()
        if case .explicit(let ceilings) = usageLimit,
            let forgotten = bands.keys.filter({ ceilings[$0] == nil }).max()
        {
            throw .noCeiling(priority: forgotten)
        }
        return self
    }

    func band(for priority: Int) -> PriorityBandConfig {
        bands[priority] ?? (priority < 0 ? defaultNegativeBand : defaultBand)
    }
}

/// What is wrong with settings, by llm-d's name of the setting.
package enum FlowControlConfigError: Error, Equatable, Sendable {
    case notPositive(String)
    case negative(String)
    /// It has to be greater than 0 and no more than 1.
    case notShare(String)
    case tooGreat(String)
    case tooManyBands(Int)
    /// A lower priority may go on where a higher one has to wait.
    case ceilingsRise
    /// Ceilings are told one by one, and a priority with a band of its own has none.
    case noCeiling(priority: Int)
    case noDetectors
}

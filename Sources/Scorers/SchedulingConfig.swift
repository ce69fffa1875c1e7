import Domain
package import Scheduling

/// Which scorers have a say, and how much. Without any, endpoints are picked at random.
///
/// A prompt of which an endpoint holds the share `s` gains `s · prefixCacheWeight` there. Of two
/// endpoints, the one with `n` more requests in flight loses
/// `n · loadAwareWeight / (2 · loadThreshold)`. So a wholly cached prompt is worth
/// `2 · loadThreshold · prefixCacheWeight / loadAwareWeight` requests: with the defaults, it
/// stays at its endpoint until that has 32 more in flight than an idle one, and a prompt of
/// which a quarter is cached until 8. With equal weights it would never leave, however hot the
/// endpoint gets, because the load score spans only half of what the prefix score does.
package struct SchedulingConfig: Equatable, Sendable {
    /// Raise it where prompts are long and cold ones costly. Nil leaves the scorer out.
    package var prefixCacheWeight: Double? = 1
    /// Raise it where requests queue at one endpoint while others idle. Nil leaves the scorer out.
    package var loadAwareWeight: Double? = 8
    /// What cached blocks are worth by their tier.
    package var tierWeights = TierWeights()
    /// Requests in flight at which an endpoint counts as fully loaded. Among endpoints beyond it
    /// load makes no difference: raise it to more than one endpoint should ever have.
    package var loadThreshold = 128

    /// Requests in flight at one endpoint from which on it gets no more; when every endpoint is
    /// there, requests are answered with 429. Nil: engines queue what comes.
    package var endpointRequestsMax: Int?

    package init() {}

    package init(prefixCacheWeight: Double?, loadAwareWeight: Double?, loadThreshold: Int = 128) {
        self.prefixCacheWeight = prefixCacheWeight
        self.loadAwareWeight = loadAwareWeight
        self.loadThreshold = loadThreshold
    }
}

extension SchedulingProfile {
    /// The profile for requests that are served by one endpoint from start to end.
    ///
    /// - Parameter seed: makes the random picks of one process differ from those of another.
    package init(_ config: SchedulingConfig, seed: UInt64 = 0) {
        var scorers: [WeightedScorer] = []
        if let weight = config.prefixCacheWeight {
            scorers.append(
                WeightedScorer(PrefixCacheScorer(weights: config.tierWeights), weight: weight)
            )
        }
        if let weight = config.loadAwareWeight {
            let scorer = LoadAwareScorer(threshold: config.loadThreshold)
            scorers.append(WeightedScorer(scorer, weight: weight))
        }
        var filters: [any Filter] = [RoleFilter(serving: .decode), SubsetFilter()]
        if let requestsMax = config.endpointRequestsMax {
            filters.append(SaturationFilter(requestsMax: requestsMax))
        }
        self.init(
            filters: filters,
            scorers: scorers,
            picker: scorers.isEmpty ? RandomPicker(seed: seed) : MaxScorePicker()
        )
    }
}

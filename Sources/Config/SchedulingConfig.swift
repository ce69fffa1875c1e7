import Domain
package import Scheduling
import Scorers

/// Which scorers count, and how much.
package struct SchedulingConfig: Equatable, Sendable {
    /// Nil: off. Raise it to keep conversations where they are, at the price of fuller queues.
    package var prefixCacheWeight: Double? = 1
    /// Nil: off.
    package var loadWeight: Double? = 2
    /// Requests in flight from which on an endpoint scores 0 for load. With the weights above, 32
    /// requests more outweigh a fully cached prompt: about where waiting costs more than a
    /// prefill of some thousand tokens.
    package var loadThreshold = 32

    package init() {}

    /// The pipeline that these settings describe. With no scorer, chance decides.
    package func profile(seed: UInt64) -> SchedulingProfile {
        var scorers: [WeightedScorer] = []
        if let prefixCacheWeight {
            scorers.append(WeightedScorer(PrefixCacheScorer(), weight: prefixCacheWeight))
        }
        if let loadWeight {
            scorers.append(
                WeightedScorer(LoadAwareScorer(threshold: loadThreshold), weight: loadWeight)
            )
        }
        return SchedulingProfile(
            filters: [SubsetFilter(), RoleFilter(.decode)],
            scorers: scorers,
            picker: scorers.isEmpty ? RandomPicker(seed: seed) : MaxScorePicker()
        )
    }
}

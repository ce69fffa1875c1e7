package import Domain
package import Scheduling

/// One filter, and which one goes on with what it leaves, or, if it leaves nothing, with what it
/// was given: the way to choose of the Gateway API's first endpoint picker.
///
/// Keeps a copy of the candidates while a filter runs whose failure has a way on.
package struct DecisionTreeFilter: Filter {
    private let current: any Filter
    private let onSuccess: (any Filter)?
    private let onFailure: (any Filter)?

    /// - Parameters:
    ///   - onSuccess: nil: what is left is the result.
    ///   - onFailure: nil: nothing is left.
    package init(
        _ current: any Filter,
        onSuccess: (any Filter)? = nil,
        onFailure: (any Filter)? = nil
    ) {
        self.current = current
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let onFailure else {
            current.filter(&candidates, in: context)
            if !candidates.isEmpty { onSuccess?.filter(&candidates, in: context) }
            return
        }
        let given = candidates
        current.filter(&candidates, in: context)
        if !candidates.isEmpty {
            onSuccess?.filter(&candidates, in: context)
        } else {
            candidates = given
            onFailure.filter(&candidates, in: context)
        }
    }

    package var exhaustion: PickError { onFailure?.exhaustion ?? current.exhaustion }
}

extension DecisionTreeFilter {
    /// The tree that the old picker came with, for requests that may not be dropped: while queues
    /// are short the adapter's place comes first, then the queue, then the KV cache; else the
    /// queue comes first. A `RandomPicker` chooses among what it leaves.
    package static func lowLatency(
        queueThreshold: Int = 128,
        loRAThreshold: Double = 0.999
    ) -> DecisionTreeFilter {
        let loRA = LoRAAffinityFilter(threshold: loRAThreshold)
        let leastKVCache = LeastKVCacheFilter()
        // None of these three ever fails.
        return DecisionTreeFilter(
            LowQueueFilter(threshold: queueThreshold),
            onSuccess: DecisionTreeFilter(
                loRA,
                onSuccess: DecisionTreeFilter(LeastQueueFilter(), onSuccess: leastKVCache)
            ),
            onFailure: DecisionTreeFilter(
                LeastQueueFilter(),
                onSuccess: DecisionTreeFilter(loRA, onSuccess: leastKVCache)
            )
        )
    }
}

import Domain
import Scheduling
import Scorers

/// A way to schedule, with the name that figures have.
struct Policy {
    let name: String
    let scheduler: Scheduler

    init(_ name: String, _ scorers: [WeightedScorer], filters: [any Filter] = []) {
        self.name = name
        scheduler = Scheduler(
            profiles: [
                SchedulingProfile(
                    filters: [
                        RoleFilter(serving: .decode), SubsetFilter(), CircuitBreakerFilter(),
                    ] + filters,
                    scorers: scorers,
                    picker: MaxScorePicker()
                )
            ],
            handler: SingleProfileHandler()
        )
    }

    /// The one that counts without configuration.
    static let predictedTTFT = Policy(
        "predicted-ttft",
        [WeightedScorer(PredictedTTFTScorer(), weight: 1)]
    )

    /// What llm-d's and GIE's charts have.
    static let weightedSum = Policy(
        "queue2-kv2-prefix3",
        [
            WeightedScorer(QueueDepthScorer(), weight: 2),
            WeightedScorer(KVCacheUsageScorer(), weight: 2),
            WeightedScorer(PrefixCacheScorer(), weight: 3),
        ]
    )

    /// Four scorers, as the figures of a decision are given for.
    static let fourScorers = Policy(
        "four-scorers",
        [
            WeightedScorer(PrefixCacheScorer(), weight: 3),
            WeightedScorer(QueueDepthScorer(), weight: 2),
            WeightedScorer(KVCacheUsageScorer(), weight: 2),
            WeightedScorer(TokenLoadScorer(), weight: 1),
        ]
    )

    static let compared = [
        Policy("in-turn", []),
        Policy("active-request", [WeightedScorer(ActiveRequestScorer(), weight: 1)]),
        Policy("token-load", [WeightedScorer(TokenLoadScorer(), weight: 1)]),
        Policy("prefix-alone", [WeightedScorer(PrefixCacheScorer(), weight: 1)]),
        weightedSum,
        Policy(
            "sticky-until-saturated",
            [WeightedScorer(TokenLoadScorer(), weight: 1)],
            filters: [PrefixAffinityFilter(config: PrefixAffinityFilter.Config())]
        ),
        predictedTTFT,
    ]
}

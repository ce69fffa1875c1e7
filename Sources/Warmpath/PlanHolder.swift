import Config
import Routing
import Synchronization

/// The plan that requests are routed by, for those who are asked before there is a router, and for
/// the next plan, which takes over what this one remembers.
///
/// Thread safety: any thread may call any method.
final class PlanHolder: Sendable {
    private let plan: Mutex<RoutingPlan>
    private let objectives: [String: Int]

    init(_ settings: ServeSettings) {
        objectives = settings.scheduling.objectives
        plan = Mutex(Self.plan(settings.setup, objectives, after: nil))
    }

    var current: RoutingPlan { plan.withLock { $0 } }

    var approximate: ApproximatePrefixIndex? { current.approximate }

    /// Makes the plan of a setup the current one.
    func follow(_ setup: SchedulingSetup) -> RoutingPlan {
        plan.withLock { plan in
            plan = Self.plan(setup, objectives, after: plan)
            return plan
        }
    }

    private static func plan(
        _ setup: SchedulingSetup,
        _ objectives: [String: Int],
        after previous: RoutingPlan?
    ) -> RoutingPlan {
        RoutingPlan(
            scheduler: setup.scheduler,
            needs: setup.needs,
            objectives: objectives,
            outputTokensPerPromptToken: setup.outputTokensPerPromptToken ?? 0,
            after: previous
        )
    }
}

package import Domain
package import Scheduling

/// All that a configuration says of how requests are scheduled. Replaced whole when it changes.
package struct RoutingPlan: Sendable {
    package let scheduler: Scheduler
    package let sessions: SessionTable
    /// Nil: nothing is remembered of what was sent where.
    package let approximate: ApproximatePrefixIndex?
    package let traits: RequestTraits
    /// Tokens that a request is expected to generate for each token of its prompt.
    package let outputTokensPerPromptToken: Double
    package let wantedHeaders: HeaderSelection

    /// - Parameters:
    ///   - needs: of the scheduler's plug-ins.
    ///   - objectives: priorities of the objectives that clients may name.
    ///   - previous: whose memory goes on, as far as it is kept in the same way.
    package init(
        scheduler: Scheduler,
        needs: SchedulingNeeds = SchedulingNeeds(),
        objectives: [String: Int] = [:],
        outputTokensPerPromptToken: Double = 0,
        after previous: RoutingPlan? = nil
    ) {
        self.scheduler = scheduler
        if let kept = previous?.sessions, kept.affinities == needs.sessions {
            sessions = kept
        } else {
            sessions = SessionTable(needs.sessions, after: previous?.sessions)
        }
        if let kept = previous?.approximate, kept.config == needs.approximatePrefix {
            approximate = kept
        } else {
            approximate = needs.approximatePrefix.map { ApproximatePrefixIndex($0) }
        }
        self.outputTokensPerPromptToken = outputTokensPerPromptToken
        traits = RequestTraits(objectives: objectives)
        wantedHeaders = HeaderSelection(
            needs.headers.union(sessions.headers)
                .union(RequestTraits.objectiveHeaders)
                .union(RequestTraits.fairnessHeaders)
        )
    }
}

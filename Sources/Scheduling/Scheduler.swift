package import Domain

/// Runs profiles until their handler has what it needs. The whole of scheduling: pure, and one
/// call for each request.
package struct Scheduler: Sendable {
    package let profiles: [SchedulingProfile]
    package let handler: any ProfileHandler

    /// - Precondition: the handler's profiles are among those given, whose names differ.
    package init(profiles: [SchedulingProfile], handler: any ProfileHandler) {
        let names = Set(profiles.map(\.name))
        precondition(names.count == profiles.count, "two profiles of one name")
        precondition(
            handler.profileNames.allSatisfy(names.contains),
            "the handler asks for a profile that is not there"
        )
        self.profiles = profiles
        self.handler = handler
    }

    package func schedule(
        in context: SchedulingContext,
        using scratch: inout SchedulingScratch
    ) throws(PickError) -> RoutingDecision {
        guard !context.snapshot.endpoints.isEmpty else { throw .noEndpoints }
        var context = context
        var picks = ProfilePicks()
        // What has run says the same again: a handler that asks twice has no more to ask.
        while let name = handler.nextProfile(after: picks, in: context),
            picks.result(of: name) == nil,
            let profile = profiles.first(where: { $0.name == name })
        {
            let result = Self.run(profile, in: context, using: &scratch)
            picks.append(ProfilePicks.Pick(profile: name, result: result))
            if context.earlierPick == nil { context.earlierPick = picks.best(of: name) }
        }
        return try handler.decision(from: picks, in: context)
    }

    private static func run(
        _ profile: SchedulingProfile,
        in context: SchedulingContext,
        using scratch: inout SchedulingScratch
    ) -> Result<[Int32], PickError> {
        do throws(PickError) {
            return .success(try profile.run(in: context, using: &scratch))
        } catch {
            return .failure(error)
        }
    }
}

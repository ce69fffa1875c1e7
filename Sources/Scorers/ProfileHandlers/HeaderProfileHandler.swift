package import Domain
package import Scheduling

/// Runs the one profile that a header of the request names: for callers that ask once for each
/// phase of a request.
///
/// Where the header is missing or names no profile, the fallback runs: a client's mistake must not
/// leave it without an endpoint. If there is only one profile, it always runs.
package struct HeaderProfileHandler: Equatable, ProfileHandler {
    /// In lower case.
    package let header: String
    private let fallback: String
    package let profileNames: [String]

    /// - Parameters:
    ///   - header: its name, in any case.
    ///   - fallback: also one of the profiles, whether it is among `profiles` or not.
    package init(header: String = "epp-profile", fallback: String = "decode", profiles: [String]) {
        self.header = header.lowercased()
        self.fallback = profiles.count == 1 ? profiles[0] : fallback
        profileNames = profiles.contains(self.fallback) ? profiles : profiles + [self.fallback]
    }

    package func nextProfile(after picks: ProfilePicks, in context: SchedulingContext) -> String? {
        picks.isEmpty ? profile(for: context.request) : nil
    }

    package func decision(
        from picks: ProfilePicks,
        in context: SchedulingContext
    ) throws(PickError) -> RoutingDecision {
        try picks.decision(of: profile(for: context.request), in: context)
    }

    private func profile(for request: InferenceRequest) -> String {
        request.header(header).flatMap { profileNames.contains($0) ? $0 : nil } ?? fallback
    }
}

import Domain
import Scheduling

/// Drops all but some positions.
struct KeepFilter: Filter {
    let positions: [Int]
    var exhaustion: PickError = .noEndpoints

    func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep(where: positions.contains)
    }
}

/// Picks the candidates as they come.
struct FirstPicker: Picker {
    func pick(
        from candidates: Candidates,
        totals: [Double],
        in context: SchedulingContext
    ) -> [Int32] {
        candidates.positions
    }
}

extension Scheduler {
    /// Profiles of which each picks the positions given, in ascending order. An empty one fails.
    static func fixed(
        _ profiles: [String: [Int]],
        handler: any ProfileHandler,
        exhaustion: PickError = .noEndpoints
    ) -> Scheduler {
        Scheduler(
            profiles: profiles.map { name, positions in
                SchedulingProfile(
                    name: name,
                    filters: [KeepFilter(positions: positions, exhaustion: exhaustion)],
                    scorers: [],
                    picker: FirstPicker()
                )
            },
            handler: handler
        )
    }

    func decision(in context: SchedulingContext) throws -> RoutingDecision {
        var scratch = SchedulingScratch()
        return try schedule(in: context, using: &scratch)
    }
}

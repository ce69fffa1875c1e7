package import Domain
package import Scheduling

/// Keeps the endpoints that serve one phase of inference, alone or along with others.
package struct RoleFilter: Equatable, Filter {
    private let phase: InferencePhase

    package init(serving phase: InferencePhase) { self.phase = phase }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        let endpoints = context.snapshot.endpoints
        candidates.keep { endpoints[$0].role.serves(phase) }
    }
}

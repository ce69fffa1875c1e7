package import Domain
package import Scheduling

/// Keeps the endpoints that serve a phase of generation.
package struct RoleFilter: Filter {
    private let role: EndpointRole

    package init(_ role: EndpointRole) { self.role = role }

    package func candidates(
        of candidates: [Endpoint],
        in context: SchedulingContext
    ) -> [Endpoint] {
        candidates.filter { $0.role == role || $0.role == .both }
    }
}

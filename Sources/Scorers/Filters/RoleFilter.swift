package import Domain
package import Scheduling

/// Keeps the endpoints that serve one phase of generation, alone or along with the other.
package struct RoleFilter: Filter {
    private let role: EndpointRole

    package init(serving role: EndpointRole) { self.role = role }

    package func candidates(
        among endpoints: [Endpoint],
        in context: SchedulingContext
    ) -> [Endpoint] {
        // Most pools have one role only, and then need no second array.
        if endpoints.allSatisfy(serves) { return endpoints }
        return endpoints.filter(serves)
    }

    private func serves(_ endpoint: Endpoint) -> Bool {
        endpoint.role == .both || endpoint.role == role
    }
}

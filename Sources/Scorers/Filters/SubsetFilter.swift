package import Domain
package import Scheduling

/// Keeps the endpoints that the gateway allows (Endpoint Picker Protocol 1.0). A hint with a port
/// allows that one address, a hint without allows every port of its host. A hint that lists
/// nothing allows nothing; without a hint, all of the pool is allowed.
package struct SubsetFilter: Filter {
    package init() {}

    package func candidates(
        among endpoints: [Endpoint],
        in context: SchedulingContext
    ) -> [Endpoint] {
        guard let hint = context.subsetHint else { return endpoints }
        let allowed = Set(hint)
        return endpoints.filter { endpoint in
            allowed.contains(endpoint.address) || allowed.contains(host(of: endpoint.address))
                || allowed.contains(bracketedHost(of: endpoint.address))
        }
    }

    /// `10.0.0.1:80` → `10.0.0.1`, `[fd00::1]:80` → `fd00::1`.
    private func host(of address: String) -> String {
        let host = bracketedHost(of: address)
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }

    private func bracketedHost(of address: String) -> String {
        address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
    }
}

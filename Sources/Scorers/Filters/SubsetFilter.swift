package import Domain
package import Scheduling

/// Keeps the endpoints that the gateway allows. An entry without a port allows every port of its
/// host, as in llm-d's picker.
package struct SubsetFilter: Filter {
    package init() {}

    package func candidates(
        of candidates: [Endpoint],
        in context: SchedulingContext
    ) -> [Endpoint] {
        guard let hint = context.subsetHint else { return candidates }
        let allowed = Set(hint)
        return candidates.filter { endpoint in
            allowed.contains(endpoint.address) || allowed.contains(endpoint.host)
        }
    }
}

extension Endpoint {
    /// The address without its port.
    fileprivate var host: String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon])
    }
}

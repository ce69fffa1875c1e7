import Domain
package import Scheduling

/// Keeps the endpoints that the request itself lists in a header, as the Gateway API's conformance
/// tests do: `ip` or `ip:port`, separated by commas. Without the header, all. Only for tests: it
/// lets clients choose.
package struct HeaderBasedTestingFilter: Equatable, Filter {
    package static let header = "test-epp-endpoint-selection"

    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let value = context.request.header(Self.header) else { return }
        let selected = AddressList(value.split(separator: ","))
        guard !selected.isEmpty else { return }
        let endpoints = context.snapshot.endpoints
        candidates.keep { selected.contains(endpoints[$0].address) }
    }
}

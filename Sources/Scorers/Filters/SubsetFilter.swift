import Domain
package import Scheduling

/// Keeps the endpoints that the gateway allows (Endpoint Picker Protocol 1.0). A hint with a port
/// allows that one address, a hint without allows every port of its host. A hint that lists
/// nothing allows nothing; without a hint, all of the pool is allowed.
package struct SubsetFilter: Equatable, Filter {
    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard let hint = context.subsetHint else { return }
        let allowed = AddressList(hint)
        let endpoints = context.snapshot.endpoints
        candidates.keep { allowed.contains(endpoints[$0].address) }
    }
}

import Domain
import Scheduling
import Scorers
import Testing

@Suite struct RoleFilterTests {
    private let endpoints: [Endpoint] = [
        .fake(0, role: .both), .fake(1, role: .prefill), .fake(2, role: .decode),
    ]

    @Test(arguments: [(EndpointRole.decode, [0, 2] as [UInt32]), (.prefill, [0, 1])])
    func `an endpoint serves its own role, or both`(role: EndpointRole, kept: [UInt32]) {
        let candidates = RoleFilter(serving: role).candidates(among: endpoints, in: .fake())
        #expect(candidates.map(\.id.rawValue) == kept)
    }
}

@Suite struct SubsetFilterTests {
    private let endpoints: [Endpoint] = [
        .fake(0, address: "10.0.0.1:8000"),
        .fake(1, address: "10.0.0.1:8001"),
        .fake(2, address: "10.0.0.2:8000"),
        .fake(3, address: "[fd00::1]:8000"),
    ]

    @Test(
        arguments: [
            (nil, [0, 1, 2, 3]),
            ([], []),
            (["10.0.0.1:8000"], [0]),
            (["10.0.0.1"], [0, 1]),
            (["10.0.0.2", "[fd00::1]:8000"], [2, 3]),
            (["fd00::1"], [3]),
            (["[fd00::1]"], [3]),
            (["10.0.0.1:9999", "10.0.0.9", "", "8000"], []),
        ] as [([String]?, [UInt32])]
    )
    func `a hint allows an address, or every port of a host`(hint: [String]?, kept: [UInt32]) {
        let candidates = SubsetFilter().candidates(among: endpoints, in: .fake(subsetHint: hint))
        #expect(candidates.map(\.id.rawValue) == kept)
    }
}

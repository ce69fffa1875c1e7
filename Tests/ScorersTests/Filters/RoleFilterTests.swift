import Domain
import Scheduling
import Scorers
import Testing

@Suite struct RoleFilterTests {
    /// One endpoint of each role, in this order.
    private static let roles: [EndpointRole] = [
        .prefill, .decode, .both, .prefillDecode, .encode, .encodePrefill, .encodePrefillDecode,
    ]

    @Test(
        arguments: [
            (.decode, [.decode, .both, .prefillDecode, .encodePrefillDecode]),
            (.prefill, [.prefill, .both, .prefillDecode, .encodePrefill, .encodePrefillDecode]),
            (.encode, [.encode, .encodePrefill, .encodePrefillDecode]),
        ] as [(InferencePhase, [EndpointRole])]
    )
    func `an endpoint serves the phases that its role names`(
        phase: InferencePhase,
        roles: [EndpointRole]
    ) {
        let endpoints = zip(UInt32(0)..., Self.roles).map { Endpoint.fake($0, role: $1) }
        let kept = SchedulingContext.fake(endpoints).positions(leftBy: RoleFilter(serving: phase))
        #expect(kept.map { Self.roles[$0] } == roles)
    }
}

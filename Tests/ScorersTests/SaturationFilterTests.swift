import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SaturationFilterTests {
    private let endpoints: [Endpoint] = [.fake(0), .fake(1), .fake(2)]

    @Test func `an endpoint at its limit gets no more requests`() {
        let context = SchedulingContext.fake(inFlight: [0: 4, 1: 5, 2: 6])
        let candidates = SaturationFilter(requestsMax: 5).candidates(among: endpoints, in: context)
        #expect(candidates.map(\.id.rawValue) == [0])
    }

    @Test func `with every endpoint at its limit, clients are told to come back`() {
        var config = SchedulingConfig()
        config.endpointRequestsMax = 1
        let profile = SchedulingProfile(config)
        #expect(throws: PickError.saturated) {
            try profile.run(in: .fake(endpoints, inFlight: [0: 1, 1: 1, 2: 1]))
        }
        #expect(throws: PickError.noEndpoints) {
            try profile.run(in: .fake(endpoints, subsetHint: ["elsewhere:1"]))
        }
    }
}

import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingConfigTests {
    private let pool: [Endpoint] = [.fake(0), .fake(1)]

    private func pick(_ config: SchedulingConfig, _ context: SchedulingContext) throws -> UInt32 {
        try SchedulingProfile(config).run(in: context).endpoint.id.rawValue
    }

    /// Endpoint 0 holds `matched` of 8 blocks and has `inFlight` requests; endpoint 1 has nothing.
    @Test(
        arguments: [
            (matched: 8, inFlight: 31, picked: 0),
            (matched: 8, inFlight: 33, picked: 1),
            (matched: 2, inFlight: 7, picked: 0),
            (matched: 2, inFlight: 9, picked: 1),
            (matched: 0, inFlight: 1, picked: 1),
        ] as [(matched: Int, inFlight: Int, picked: UInt32)]
    )
    func `by default a cached prompt stays where it is until that endpoint is hot`(
        matched: Int,
        inFlight: Int,
        picked: UInt32
    ) throws {
        let context = SchedulingContext.fake(
            pool,
            blockCount: 8,
            matched: [0: matched],
            inFlight: [0: inFlight]
        )
        #expect(try pick(SchedulingConfig(), context) == picked)
    }

    @Test func `a scorer that is left out has no say`() throws {
        let context = SchedulingContext.fake(
            pool,
            blockCount: 8,
            matched: [0: 8],
            inFlight: [0: 1000]
        )
        let prefixOnly = SchedulingConfig(prefixCacheWeight: 1, loadAwareWeight: nil)
        let loadOnly = SchedulingConfig(prefixCacheWeight: nil, loadAwareWeight: 1)
        #expect(try pick(prefixOnly, context) == 0)
        #expect(try pick(loadOnly, context) == 1)
    }

    @Test func `without scorers every endpoint gets requests, cached and loaded or not`() throws {
        let none = SchedulingConfig(prefixCacheWeight: nil, loadAwareWeight: nil)
        let picked = try (0..<64).map { rotation in
            try pick(
                none,
                .fake(pool, blockCount: 1, matched: [0: 1], inFlight: [1: 99], rotation: rotation)
            )
        }
        #expect(Set(picked) == [0, 1])
    }

    @Test func `an endpoint for prefill only, or outside the subset, is never picked`() {
        let context = SchedulingContext.fake(
            [.fake(0, role: .prefill), .fake(1)],
            subsetHint: ["10.0.0.0:8000"]
        )
        #expect(throws: PickError.noEndpoints) { try pick(SchedulingConfig(), context) }
    }
}

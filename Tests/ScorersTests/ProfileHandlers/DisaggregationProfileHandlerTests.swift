import Domain
import Scheduling
import Scorers
import Testing

/// Endpoints 0 and 1 decode, 2 and 3 prefill, 4 and 5 encode.
private let pool: [String: [Int]] = ["decode": [0, 1], "prefill": [2, 3], "encode": [4, 5]]

@Suite struct DisaggregationProfileHandlerTests {
    private func decision(
        _ profiles: [String: [Int]] = pool,
        context: SchedulingContext = .fake((0..<6).map { .fake($0) }),
        _ change: (inout DisaggregationProfileHandler.Config) -> Void
    ) throws -> RoutingDecision {
        var config = DisaggregationProfileHandler.Config()
        config.encode = "encode"
        config.encodeDecider = .always
        change(&config)
        let handler = DisaggregationProfileHandler(config: config)
        return try Scheduler.fixed(profiles, handler: handler).decision(in: context)
    }

    @Test(arguments: [DisaggregationProfileHandler.StageOrder.decodeFirst, .prefillFirst])
    func `each phase has its endpoint`(
        order: DisaggregationProfileHandler.StageOrder
    ) throws {
        let decision = try decision { $0.order = order }
        #expect(decision.endpoint.name == "engine-0")
        #expect(decision.fallbacks.map(\.name) == ["engine-1"])
        #expect(decision.prefill?.endpoint.name == "engine-2")
        #expect(decision.encoders.map(\.name) == ["engine-4", "engine-5"])
    }

    @Test(arguments: [DisaggregationProfileHandler.StageOrder.decodeFirst, .prefillFirst])
    func `a phase that finds no endpoint is left to the one that decodes`(
        order: DisaggregationProfileHandler.StageOrder
    ) throws {
        let decision = try decision(["decode": [1], "prefill": [], "encode": []]) {
            $0.order = order
        }
        #expect(decision.endpoint.name == "engine-1")
        #expect(decision.prefill == nil)
        #expect(decision.encoders.isEmpty)
    }

    @Test(arguments: [DisaggregationProfileHandler.StageOrder.decodeFirst, .prefillFirst])
    func `without an endpoint that decodes there is no decision`(
        order: DisaggregationProfileHandler.StageOrder
    ) {
        #expect(throws: PickError.noEndpoints) {
            try decision(["decode": [], "prefill": [2], "encode": [4]]) { $0.order = order }
        }
        #expect(throws: PickError.noEndpoints) {
            try decision(context: .fake()) { $0.order = order }
        }
    }

    @Test func `an endpoint does not prefill for itself`() throws {
        let decision = try decision(["decode": [1], "prefill": [1, 2], "encode": [4]]) { _ in }
        #expect(decision.prefill == nil)
    }

    @Test(
        arguments: [
            (.decodeFirst, 40, true), (.decodeFirst, 90, false),
            (.prefillFirst, 40, true), (.prefillFirst, 90, false),
        ] as [(DisaggregationProfileHandler.StageOrder, Int, Bool)]
    )
    func `a prefill has to pay where the request is decoded`(
        order: DisaggregationProfileHandler.StageOrder,
        matched: Int,
        isWanted: Bool
    ) throws {
        let context = SchedulingContext.fake(
            (0..<6).map { .fake($0) },
            blockCount: 100,
            matched: [0: matched, 2: 25]
        )
        let decision = try decision(context: context) {
            $0.order = order
            $0.prefillDecider = .uncachedTokens(min: 800, promptMin: 1000)
        }
        #expect((decision.prefill != nil) == isWanted)
        // 16 tokens to a block: what has to be computed is what the one who computes does not hold.
        #expect(decision.uncachedTokens == (isWanted ? 75 * 16 : 10 * 16))
        #expect(decision.prefill?.uncachedTokens == (isWanted ? 75 * 16 : nil))
        #expect(decision.matchedBlocks == matched)
    }

    @Test func `profiles that nobody will ask for need not be there`() throws {
        let decision = try decision(["decode": [0]]) {
            $0.prefillDecider = .uncachedTokens(min: 0, promptMin: 0)
            $0.encodeDecider = .never
        }
        #expect(decision.endpoint.name == "engine-0")
        #expect(decision.prefill == nil)
        #expect(
            try self.decision(["decode": [0]]) { ($0.prefill, $0.encode) = (nil, nil) }.prefill
                == nil
        )
    }

    @Test func `media are encoded apart, text is not`() throws {
        var request = InferenceRequest(model: "m")
        let text = SchedulingContext.fake((0..<6).map { .fake($0) }, request: request)
        #expect(try decision(context: text) { $0.encodeDecider = .multimodal }.encoders.isEmpty)
        request.mediaCount = 2
        let image = SchedulingContext.fake((0..<6).map { .fake($0) }, request: request)
        #expect(try decision(context: image) { $0.encodeDecider = .multimodal }.encoders.count == 2)
    }

    /// Cases of the first generation of llm-d: no engines, and prompts of 3 and of 11 bytes.
    @Test(arguments: [(3, 100, false), (11, 100, false), (11, 11, true), (3, 0, true)])
    func `short prompts are not worth a prefill elsewhere`(
        bytes: Int,
        threshold: Int,
        isWanted: Bool
    ) throws {
        var request = InferenceRequest(model: "m")
        request.promptBytes = bytes
        request.promptTokens = (bytes + 3) / 4
        let context = SchedulingContext.fake((0..<6).map { .fake($0) }, request: request)
        let decision = try decision(context: context) {
            $0.prefillDecider = .uncachedBytes(threshold: threshold)
        }
        #expect(decision.endpoint.name == "engine-0")
        #expect(decision.prefill?.endpoint.address == (isWanted ? "10.0.0.2:8000" : nil))
    }
}

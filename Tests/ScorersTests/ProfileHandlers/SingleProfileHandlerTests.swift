import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SingleProfileHandlerTests {
    private let context = SchedulingContext.fake((0..<4).map { .fake($0) })

    @Test func `the first of the pick serves, the others stand in`() throws {
        let scheduler = Scheduler.fixed(["default": [1, 3]], handler: SingleProfileHandler())
        let decision = try scheduler.decision(in: context)
        #expect(decision.endpoint.name == "engine-1")
        #expect(decision.fallbacks.map(\.name) == ["engine-3"])
        #expect(decision.prefill == nil)
        #expect(decision.encoders.isEmpty)
        #expect(decision.sidecarAddress == nil)
    }

    @Test func `why there is none is passed on`() {
        let scheduler = Scheduler.fixed(
            ["default": []],
            handler: SingleProfileHandler(),
            exhaustion: .saturated
        )
        #expect(throws: PickError.saturated) { try scheduler.decision(in: context) }
    }
}

@Suite struct HeaderProfileHandlerTests {
    private func served(_ value: String?, profiles: [String: [Int]]) throws -> String {
        let names = profiles.keys.sorted()
        let handler = HeaderProfileHandler(header: "EPP-Profile", profiles: names)
        var request = InferenceRequest(model: "m")
        request.headers = value.map { [HeaderField("epp-profile", $0)] } ?? []
        let context = SchedulingContext.fake((0..<4).map { .fake($0) }, request: request)
        return try Scheduler.fixed(profiles, handler: handler).decision(in: context).endpoint.name
    }

    @Test(
        arguments: [
            ("prefill", "engine-2"), ("encode", "engine-3"), ("decode", "engine-1"),
            (nil, "engine-1"), ("", "engine-1"), ("Prefill", "engine-1"), ("none", "engine-1"),
        ] as [(String?, String)]
    )
    func `the profile that the header names runs, else the fallback`(
        value: String?,
        name: String
    ) throws {
        let profiles = ["decode": [1], "prefill": [2], "encode": [3]]
        #expect(try served(value, profiles: profiles) == name)
    }

    @Test func `a single profile runs whatever the header says`() throws {
        #expect(try served("decode", profiles: ["prefill": [2]]) == "engine-2")
        #expect(try served(nil, profiles: ["prefill": [2]]) == "engine-2")
    }
}

@Suite struct DataParallelProfileHandlerTests {
    @Test(arguments: [
        ("10.0.0.1:8003", "10.0.0.1:8000"),
        ("[fd00::1]:8001", "[fd00::1]:8000"),
        ("engine-0.local:8000", "engine-0.local:8000"),
    ])
    func `requests go to the sidecar's port of the picked host`(
        address: String,
        sidecar: String
    ) throws {
        let handler = DataParallelProfileHandler(base: SingleProfileHandler())
        let context = SchedulingContext.fake([.fake(0), .fake(1, address: address), .fake(2)])
        let scheduler = Scheduler.fixed(["default": [1, 2]], handler: handler)
        let decision = try scheduler.decision(in: context)
        #expect(decision.endpoint.address == address)
        #expect(decision.fallbacks.isEmpty)
        #expect(decision.sidecarAddress == sidecar)
    }

    @Test func `what is picked is the other handler's choice`() throws {
        var config = DisaggregationProfileHandler.Config()
        config.prefillDecider = .always
        let handler = DataParallelProfileHandler(
            base: DisaggregationProfileHandler(config: config),
            primaryPort: 9000
        )
        #expect(handler.profileNames == ["decode", "prefill"])
        let context = SchedulingContext.fake([.fake(1), .fake(2)])
        let scheduler = Scheduler.fixed(["decode": [0], "prefill": [1]], handler: handler)
        let decision = try scheduler.decision(in: context)
        #expect(decision.prefill?.endpoint.name == "engine-2")
        #expect(decision.sidecarAddress == "10.0.0.1:9000")
    }
}

import Domain
import HTTP
import Synchronization
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

/// What a check of a real folder against an engine's `/tokenize` does to the requests after it.
@Suite(.timeLimit(.minutes(1)))
struct EngineChecksTests {
    private let registry = MetricsRegistry()
    private let warnings = Recorder<String>()

    /// Checks of a small model that is read as transformers 5 does.
    private struct House {
        let model: SmallModel
        let checks: EngineChecks
        let models: CheckedModels

        func ids(_ name: String = "m") throws(TokenizationError) -> [UInt32] {
            try models.model(named: name).ids("a b")
        }
    }

    private static let inV5: [UInt32] = [259, 260, 259, 261]
    private static let inRaw: [UInt32] = [260, 3 + 0x20, 261]

    /// Runs the checks while `body` does. The model is loaded, unless `isLoaded` says otherwise.
    private func withChecks(
        isLoaded: Bool = true,
        _ body: (House) async throws -> Void
    ) async throws {
        let model = try SmallModel()
        let loaded = try model.load(.transformersV5)
        let models = CheckedModels(SingleModel(loaded), baseModels: ["lora": "m"])
        let log = Log(level: .warning) { [warnings] in warnings.record($0) }
        let checks = EngineChecks(
            model: "m",
            loader: model.loader,
            models: models,
            runner: SelfCheckRunner(
                SelfCheckRunner<TokenizerMode>.Config(),
                client: HTTPClient(),
                metrics: SelfCheckMetrics(registry: registry),
                log: log
            ),
            metrics: TokenizationMetrics(registry: MetricsRegistry())
        )
        if isLoaded { checks.loaded(loaded) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await checks.run() }
            try await body(House(model: model, checks: checks, models: models))
            group.cancelAll()
        }
    }

    private func count(_ outcome: String) -> UInt64 {
        registry.counter(
            "warmpath_tokenizer_self_checks_total",
            "",
            [.init("model", "m"), .init("outcome", outcome)]
        ).value
    }

    private func wait(until isTrue: () -> Bool) async { while !isTrue() { await Task.yield() } }

    @Test func `the two modes of the small model differ`() throws {
        let model = try SmallModel()
        #expect(try model.load(.transformersV5).ids("a b") == Self.inV5)
        #expect(try model.load(.raw).ids("a b") == Self.inRaw)
    }

    @Test func `a model that has the engine's tokens stays as it is`() async throws {
        try await withChecks { house in
            try await withServer(house.model.engine(.transformersV5)) { url in
                house.checks.enginesChanged(to: [url])
                await wait { count("same") == 1 }
            }
            #expect(try house.ids() == Self.inV5)
        }
        #expect(warnings.all.isEmpty)
    }

    @Test func `the mode of the engine replaces ours, for adapters too, with one warning`()
        async throws
    {
        try await withChecks { house in
            try await withServer(house.model.engine(.raw)) { url in
                house.checks.enginesChanged(to: [url])
                await wait { (try? house.ids()) == Self.inRaw }
            }
            #expect(try house.ids("lora") == Self.inRaw)
            #expect(try house.ids("another model") == Self.inV5)
        }
        #expect(count("modeChanged") == 1)
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("mode raw") == true)
    }

    @Test func `an engine with tokens that no mode gives is asked from then on`() async throws {
        try await withChecks { house in
            let engine = try SmallModel(template: "{{ messages[0].content }}").engine(.raw)
            try await withServer(engine) { url in
                house.checks.enginesChanged(to: [url])
                await wait { (try? house.ids()) == nil }
            }
            #expect(throws: TokenizationError.askEngine(model: "m")) { try house.ids() }
            #expect(throws: TokenizationError.askEngine(model: "m")) { try house.ids("lora") }
        }
        #expect(count("engineAsked") == 1)
        #expect(warnings.all.count == 1)
    }

    @Test func `an engine that cannot be asked says nothing against our tokens`() async throws {
        try await withChecks { house in
            try await withServer { _ in
                HTTPResponse(status: 404)
            } _: { url in
                house.checks.enginesChanged(to: [url])
                await wait { count("unknown") == 1 }
            }
            #expect(try house.ids() == Self.inV5)
        }
        #expect(warnings.all.isEmpty)
    }

    @Test func `replicas of the start are asked once, and an engine that comes later as well`()
        async throws
    {
        try await withChecks { house in
            let requests = Recorder<String>()
            let (first, later) = try (
                house.model.engine(.transformersV5), house.model.engine(.raw)
            )
            try await withServer(first) { one in
                try await withServer { [requests] request in
                    requests.record(request.path)
                    return await first(request)
                } _: { two in
                    try await withServer(later) { three in
                        house.checks.enginesChanged(to: [one, two])
                        await wait { count("same") == 1 }
                        house.checks.enginesChanged(to: [one, two, three])
                        await wait { (try? house.ids()) == Self.inRaw }
                    }
                }
            }
            #expect(requests.all.isEmpty)
        }
    }

    @Test func `nothing is checked before the model is loaded, and all that waits then is`()
        async throws
    {
        try await withChecks(isLoaded: false) { house in
            let requests = Recorder<String>()
            let engine = try house.model.engine(.transformersV5)
            try await withServer { [requests] request in
                requests.record(request.path)
                return await engine(request)
            } _: { url in
                house.checks.enginesChanged(to: [url])
                for _ in 0..<100 { await Task.yield() }
                #expect(requests.all.isEmpty)
                house.checks.loaded(try house.model.load(.transformersV5))
                await wait { count("same") == 1 }
                #expect(!requests.all.isEmpty)
            }
        }
    }
}

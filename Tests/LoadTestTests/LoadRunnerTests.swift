import EngineSimulator
import HTTP
import LoadTest
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LoadRunnerTests {
    private struct NoPublisher: EventPublisher {
        func publish(number: UInt64, payload: [UInt8]) {}
    }

    private func withEngine<Result>(
        _ body: (_ url: String) async throws -> Result
    ) async throws -> Result {
        var config = EngineConfig()
        config.timeScale = 1000
        let endpoint = try SimulatedEndpoint.listen(
            config,
            on: HTTPServer.Config(),
            tokenizer: WordTokenizer(),
            vocabulary: Vocabulary(tokenizer: WordTokenizer())
        )
        let running = Task { try await endpoint.run(publishingTo: NoPublisher()) }
        defer { running.cancel() }
        return try await body("http://127.0.0.1:\(endpoint.port)")
    }

    private func config(_ url: String) -> LoadRunner.Config {
        var config = LoadRunner.Config()
        config.url = url
        config.requestCount = 60
        config.workload.groupCount = 4
        config.workload.outputTokens = 4
        return config
    }

    @Test(arguments: [
        (Workload.Kind.sharedPrefix, LoadRunner.Pace.concurrency(8), true),
        (.sharedPrefix, .rate(2000), false),
        (.multiTurn, .concurrency(8), true),
        (.multiTurn, .rate(2000), true),
    ])
    func `a run measures every request`(
        kind: Workload.Kind,
        pace: LoadRunner.Pace,
        isStreamed: Bool
    ) async throws {
        let report = try await withEngine { url in
            var config = config(url)
            config.pace = pace
            config.engineURLs = [url]
            config.workload.kind = kind
            config.workload.isStreamed = isStreamed
            return try await LoadRunner(config).run()
        }
        #expect(report.requestCount == 60)
        #expect(report.errors == [:])
        #expect(report.requestsPerEndpoint == ["engine-0": 60])
        #expect((report.prefixHitRatio ?? 0) > 0.4)
        #expect((report.firstToken != nil) == isStreamed)
        #expect((report.endToEnd?.p50 ?? 0) > 0)
    }

    @Test func `answers' usage tells the same hit ratio as the engine's counters`() async throws {
        let (counted, reported) = try await withEngine { url in
            var config = config(url)
            config.pace = .concurrency(1)
            config.warmupCount = 20
            config.engineURLs = [url]
            let counted = try await LoadRunner(config).run()
            _ = try await HTTPClient().send(.init("POST", url + "/reset_prefix_cache"))
            config.engineURLs = []
            return (counted, try await LoadRunner(config).run())
        }
        #expect(counted.prefixHitRatio == reported.prefixHitRatio)
        #expect(counted.prefixHitRatio != nil)
    }

    @Test func `failures are counted by kind`() async throws {
        let report = try await withEngine { url in
            var config = config(url)
            config.workload.model = "unknown"
            return try await LoadRunner(config).run()
        }
        #expect(report.errors == [.status(404): 60])
        #expect(report.errorCount == 60)
    }
}

import Domain
import HTTP
import Synchronization
import Telemetry
import Testing

@testable import Discovery

@Suite(.timeLimit(.minutes(1))) struct ReportCollectorTests {
    private struct Reports: Sendable {
        let stream: AsyncStream<(id: EndpointID, report: EngineReport)>

        func next() async -> (id: EndpointID, report: EngineReport)? {
            for await report in stream { return report }
            return nil
        }
    }

    /// An engine whose answers can be changed.
    private final class Engine: Sendable {
        struct Answers: Sendable {
            var metrics = HTTPResponse(text: EngineTexts.vllm)
            var models = HTTPResponse(text: #"{"data":[]}"#)
        }

        let answers = Mutex(Answers())
        private let (questions, asked) = AsyncStream.makeStream(of: Void.self)

        /// Returns when metrics were asked for so many times more.
        func waitForQuestions(_ count: Int) async {
            var left = count
            for await _ in questions {
                left -= 1
                if left == 0 { return }
            }
        }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            answers.withLock { answers in
                switch request.path {
                case "/metrics":
                    asked.yield()
                    return answers.metrics
                case "/v1/models": return answers.models
                default: return HTTPResponse(status: 404)
                }
            }
        }
    }

    private let adapters = AdapterRegistry()
    private let metrics = DiscoveryMetrics(registry: MetricsRegistry(), poolName: "pool")

    private var config: ReportCollector.Config {
        var config = ReportCollector.Config()
        config.busyInterval = .milliseconds(1)
        config.idleInterval = .milliseconds(1)
        config.backoffMax = .milliseconds(2)
        config.modelsInterval = .milliseconds(1)
        config.modelsIdleInterval = .milliseconds(1)
        config.pollsPerSecondMax = 100_000
        config.deadline = .seconds(20)
        return config
    }

    private func snapshot(_ addresses: [String], _ store: EndpointStore) -> EndpointSnapshot {
        store.publish(addresses.map { PoolMember(name: $0, address: $0) })
    }

    /// Runs `body` with a collector, an engine of its own, and the reports as they come.
    private func withCollector(
        log: Log = Log(level: .error) { _ in },
        config: ReportCollector.Config? = nil,
        inFlight: @escaping @Sendable (EndpointID) -> Int = { _ in 0 },
        _ body: (
            _ collector: ReportCollector,
            _ engine: Engine,
            _ address: String,
            _ reports: Reports
        ) async throws -> Void
    ) async throws {
        let engine = Engine()
        let server = try HTTPServer.listen(HTTPServer.Config()) { engine.answer($0) }
        let serving = Task { try await server.run() }
        let (stream, reported) = AsyncStream.makeStream(
            of: (id: EndpointID, report: EngineReport).self
        )
        let collector = ReportCollector(
            config ?? self.config,
            client: HTTPClient(),
            adapters: adapters,
            metrics: metrics,
            log: log,
            inFlight: inFlight,
            onReport: { reported.yield(($0, $1)) }
        )
        let running = Task { await collector.run() }
        do {
            try await body(collector, engine, "127.0.0.1:\(server.port)", Reports(stream: stream))
        } catch {
            running.cancel()
            serving.cancel()
            throw error
        }
        running.cancel()
        await running.value
        serving.cancel()
        try await serving.value
    }

    @Test func `an engine's report comes again and again, with the time that it was received`()
        async throws
    {
        let start = ContinuousClock.now
        try await withCollector { collector, engine, address, reports in
            let snapshot = snapshot([address], EndpointStore())
            collector.enginesChanged(to: snapshot)
            let first = await reports.next()
            #expect(first?.id == snapshot.ids.first)
            #expect(first?.report.runningRequests == 7)
            #expect(first?.report.receivedAt ?? start > start)
            engine.answers.withLock {
                $0.metrics = HTTPResponse(text: "vllm:num_requests_running 1")
            }
            while let (_, report) = await reports.next(), report.runningRequests == 7 {}
            #expect(metrics.pollErrors(.metrics).value == 0)
        }
    }

    @Test func `adapters that are served or used are known where they are`() async throws {
        try await withCollector { collector, engine, address, reports in
            engine.answers.withLock {
                $0.models = HTTPResponse(
                    text: #"{"data":[{"id":"m"},{"id":"idle","parent":"m"}]}"#
                )
            }
            let id = EndpointID(rawValue: 0)
            collector.enginesChanged(to: snapshot([address], EndpointStore()))
            while adapters.places(of: "idle") == nil, await reports.next() != nil {}
            #expect(
                adapters.places(of: "idle") == AdapterPlaces([.init(endpoint: id, state: .loaded)])
            )
            #expect(
                adapters.places(of: "sql") == AdapterPlaces([.init(endpoint: id, state: .running)])
            )
            #expect(
                adapters.places(of: "code") == AdapterPlaces([.init(endpoint: id, state: .waiting)])
            )
        }
    }

    @Test(arguments: [
        (HTTPResponse(status: 503, text: EngineTexts.vllm), "status 503"),
        (HTTPResponse(text: "hello"), "no metrics of vllm are there"),
    ])
    func `an engine that fails is told of once, and its failures are counted`(
        answer: HTTPResponse,
        reason: String
    ) async throws {
        let (lines, written) = AsyncStream.makeStream(of: String.self)
        let log = Log(level: .info) { written.yield($0) }
        try await withCollector(log: log) { collector, engine, address, reports in
            engine.answers.withLock { $0.metrics = answer }
            collector.enginesChanged(to: snapshot([address], EndpointStore()))
            var line = lines.makeAsyncIterator()
            #expect(await line.next()?.contains(reason) == true)
            let (polls, extracts) = (metrics.pollErrors(.metrics), metrics.extractErrors(.metrics))
            // Each question but the last has been answered.
            await engine.waitForQuestions(4)
            #expect(polls.value + extracts.value >= 3)
            #expect((answer.status == 200) == (polls.value == 0))
            #expect((answer.status == 200) == (extracts.value > 0))
            engine.answers.withLock { $0.metrics = HTTPResponse(text: EngineTexts.vllm) }
            #expect(await reports.next() != nil)
            #expect(await line.next()?.contains("says again") == true)
        }
    }

    @Test func `an engine that says that it is idle is asked often while we have requests there`()
        async throws
    {
        var config = config
        // Beyond the time that the test may take.
        config.idleInterval = .seconds(3600)
        try await withCollector(config: config, inFlight: { $0.rawValue == 0 ? 1 : 0 }) {
            collector,
            engine,
            address,
            reports in
            engine.answers.withLock {
                $0.metrics = HTTPResponse(text: "vllm:num_requests_running 0")
            }
            let other = address.replacing("127.0.0.1", with: "localhost")
            collector.enginesChanged(to: snapshot([address, other], EndpointStore()))
            var counts: [EndpointID: Int] = [:]
            while counts[EndpointID(rawValue: 0), default: 0] < 20 || counts.count < 2 {
                guard let (id, _) = await reports.next() else { break }
                counts[id, default: 0] += 1
            }
            #expect(counts[EndpointID(rawValue: 1)] == 1)
        }
    }

    @Test func `an engine that has left is not asked any more`() async throws {
        try await withCollector { collector, engine, address, reports in
            let store = EndpointStore()
            collector.enginesChanged(to: snapshot([address], store))
            _ = await reports.next()
            // The same engine under another name is another endpoint.
            let other = address.replacing("127.0.0.1", with: "localhost")
            let after = snapshot([other], store)
            collector.enginesChanged(to: after)
            while let (id, _) = await reports.next(), id != after.ids.first {}
            for _ in 0..<20 { #expect(await reports.next()?.id == after.ids.first) }
        }
    }

    @Test func `an answer beyond the bound is a failure`() async throws {
        try await withCollector { collector, engine, address, reports in
            let text = EngineTexts.vllm + String(repeating: "#\n", count: config.bodyBytesMax / 2)
            engine.answers.withLock { $0.metrics = HTTPResponse(text: text) }
            collector.enginesChanged(to: snapshot([address], EndpointStore()))
            await engine.waitForQuestions(2)
            #expect(metrics.pollErrors(.metrics).value > 0)
            engine.answers.withLock { $0.metrics = HTTPResponse(text: EngineTexts.vllm) }
            #expect(await reports.next() != nil)
        }
    }
}

import Domain
import HTTP
import JSON
import Synchronization
import Telemetry
import Testing

@testable import Tokenization

@Suite(.timeLimit(.minutes(1)))
struct SelfCheckRunnerTests {
    private typealias Runner = SelfCheckRunner<String>

    private let registry = MetricsRegistry()
    private let client = HTTPClient()
    private let warnings = Recorder<String>()
    private let requests = Recorder<String>()
    private let probes = ProbeSet.all()

    private func runner(_ change: (inout Runner.Config) -> Void = { _ in }) -> Runner {
        var config = Runner.Config()
        change(&config)
        let log = Log(level: .warning) { [warnings] in warnings.record($0) }
        return Runner(
            config,
            client: client,
            metrics: SelfCheckMetrics(registry: registry),
            log: log
        )
    }

    /// One token for each byte of the prompt or of the first message, and one for BOS.
    private static func tokens(_ body: [UInt8], bos: UInt32) -> [TokenID] {
        guard let root = try? JSONDocument(parsing: body).root else { return [] }
        var text = root["prompt"]?.bytes
        root["messages"]?.forEachElement { if text == nil { text = $0["content"]?.bytes ?? [] } }
        let start = root["add_special_tokens"]?.bool == true ? [bos] : []
        return (start + (text ?? []).map { UInt32($0) }).map(TokenID.init(rawValue:))
    }

    private static func answer(_ request: HTTPRequest) -> HTTPResponse {
        let ids = tokens(request.body, bos: 1000).map { String($0.rawValue) }
        let list = ids.joined(separator: ",")
        return HTTPResponse(
            json: "{\"count\":\(ids.count),\"max_model_len\":9,\"tokens\":[\(list)]}"
        )
    }

    private func candidate(_ mode: String, bos: UInt32) -> SelfCheck<String>.Candidate {
        SelfCheck<String>.Candidate(
            mode: mode,
            tokens: probes.map { Self.tokens($0.body(model: "m"), bos: bos) }
        )
    }

    private func check(
        _ runner: Runner,
        _ url: String,
        version: String = "1",
        _ candidates: [SelfCheck<String>.Candidate]
    ) async -> SelfCheck<String>.Report? {
        await runner.check(.init(url: url, version: version, model: "m"), probes: probes) { _ in
            candidates
        }
    }

    private var state: Int64 {
        registry.gauge("warmpath_tokenizer_self_check_state", "", [.init("model", "m")]).value
    }

    @Test func `an engine that agrees is asked each probe once, and its version never again`()
        async throws
    {
        try await withServer { [requests] request in
            requests.record(request.path)
            return Self.answer(request)
        } _: { url in
            let runner = runner()
            for _ in 0..<3 {
                let report = await check(runner, url, [candidate("raw", bos: 1000)])
                #expect(report?.verdict == .keep)
                #expect(report?.comparedCount == probes.count)
            }
            #expect(requests.all == [String](repeating: "/tokenize", count: probes.count))
            _ = await check(runner, url, version: "2", [candidate("raw", bos: 1000)])
            #expect(requests.all.count == 2 * probes.count)
        }
        #expect(state == 1)
        #expect(warnings.all.isEmpty)
    }

    @Test func `a disagreement changes the mode, with one warning that names the probe`()
        async throws
    {
        let expected = SelfCheck<String>.Verdict.change(to: "v5")
        let candidates = [candidate("raw", bos: 7), candidate("v5", bos: 1000)]
        let runner = runner()
        try await withServer {
            Self.answer($0)
        } _: { url in
            for _ in 0..<2 {
                let verdict = await check(runner, url, candidates)?.verdict
                #expect(verdict == expected)
            }
        }
        #expect(state == 2)
        #expect(warnings.all.count == 1)
        let warning = try #require(warnings.all.first)
        for part in ["mode v5", "prose 1", "\"ours\":\"7\"", "\"theirs\":\"1000\""] {
            #expect(warning.contains(part))
        }
    }

    @Test func `with no mode that agrees, precise scoring ends`() async throws {
        try await withServer {
            Self.answer($0)
        } _: { url in
            let asking = await check(runner(), url, [candidate("raw", bos: 7)])
            #expect(asking?.verdict == .askEngine)
            #expect(state == 3)
            let runner = runner { $0.canAskEngine = false }
            #expect(await check(runner, url, [candidate("raw", bos: 7)])?.verdict == .off)
            #expect(state == 4)
        }
    }

    @Test(arguments: [403, 404, 501])
    func `an engine without the endpoint is unknown, asked little, and no reason to warn`(
        status: Int
    ) async throws {
        try await withServer { [requests] request in
            requests.record(request.path)
            return HTTPResponse(status: status)
        } _: { url in
            let report = await check(runner(), url, [candidate("raw", bos: 7)])
            #expect(report?.verdict == .unknown)
        }
        #expect(requests.all.count <= 4)
        #expect(state == 0)
        #expect(warnings.all.isEmpty)
    }

    @Test func `an engine that fails is left alone, and the next of its version is asked`()
        async throws
    {
        let isWell = Mutex(false)
        try await withServer { [requests] request in
            requests.record(request.path)
            return isWell.withLock { $0 } ? Self.answer(request) : HTTPResponse(status: 503)
        } _: { url in
            let runner = runner()
            let report = await check(runner, url, [candidate("raw", bos: 1000)])
            #expect(report?.verdict == .unknown)
            #expect(requests.all.count < 12)
            isWell.withLock { $0 = true }
            #expect(await check(runner, url, [candidate("raw", bos: 1000)])?.verdict == .keep)
        }
    }

    @Test func `an engine that never answers holds the check up for the deadline at most`()
        async throws
    {
        try await withServer { _ in
            await untilCancelled()
            return HTTPResponse()
        } _: { url in
            let runner = runner { $0.deadline = .milliseconds(30) }
            let report = await check(runner, url, [candidate("raw", bos: 1000)])
            #expect(report?.verdict == .unknown)
        }
    }

    @Test func `no more requests than agreed are under way`() async throws {
        let underWay = Mutex((now: 0, most: 0))
        try await withServer { request in
            underWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            underWay.withLock { $0.now -= 1 }
            return Self.answer(request)
        } _: { url in
            let runner = runner { $0.concurrency = 2 }
            #expect(await check(runner, url, [candidate("raw", bos: 1000)])?.verdict == .keep)
        }
        #expect((1...2).contains(underWay.withLock { $0.most }))
    }
}

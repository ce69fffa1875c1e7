import Domain
import ExtProcTestSupport
import Routing
import Testing

@testable import ExtProc

/// What passes between a stream and the router.
@Suite struct ProcessStreamRoutingTests {
    private static let headers = EnvoyMessage.headers(
        .requestHeaders,
        [("x-request-id", "id"), ("x-session-token", "t")],
        endOfStream: true
    )
    private static let response = [
        EnvoyMessage.headers(.responseHeaders, [(":status", "200")]),
        EnvoyMessage.body(.responseBody, [1]), EnvoyMessage.body(.responseBody, [2]),
        EnvoyMessage.body(.responseBody, [], endOfStream: true),
    ]

    private func serve(
        _ script: [[UInt8]],
        with router: any RequestRouting,
        config: ExtProcConfig = ExtProcConfig()
    ) async throws -> [ScriptedCall.Heard] {
        let call = ScriptedCall(script)
        try await ProcessStream(router: router, config: config, log: .none).serve(call)
        return call.heard
    }

    @Test func `the router gets the headers that it wants`() async throws {
        let router = FixedRouter(wanting: ["x-session-token"])
        _ = try await serve([Self.headers], with: router)
        #expect(router.asked.map(\.headers) == [[HeaderField("x-session-token", "t")]])
        #expect(router.asked.map(\.headerSelection) == [router.wantedHeaders])
    }

    @Test func `an observer hears of the response and is let go when the stream ends`()
        async throws
    {
        let router = FixedRouter()
        _ = try await serve([Self.headers] + Self.response, with: router)
        #expect(router.observations.events == [.began(status: 200), .firstBytes, .ended])
        #expect(router.observations.observerCount == 0)
    }

    @Test func `a response before the decision is none of the observer's`() async throws {
        let router = FixedRouter()
        _ = try await serve(Self.response + [Self.headers], with: router)
        #expect(router.asked.count == 1)
        #expect(router.observations.events.isEmpty)
    }

    @Test func `the client gets the router's headers besides the endpoint's`() async throws {
        let fields = [HeaderField("x-session-token", "t2"), HeaderField("set-cookie", "a=1")]
        let router = FixedRouter(responseHeaders: fields)
        let heard = try await serve([Self.headers, Self.response[0]], with: router)
        let mutation = RequestMutation(destination: FixedRouter.endpoint.address)
        #expect(heard == [.requestHeaders(mutation), .responseHeaders(fields)])
    }

    @Test(arguments: [true, false])
    func `the prefill endpoint is named as a URL if sidecars want it`(sendsURL: Bool) async throws {
        var decision = FixedRouter.decision
        decision.prefill = PrefillDecision(endpoint: FixedRouter.endpoint, uncachedTokens: 1)
        var config = ExtProcConfig()
        config.sendsPrefillerURL = sendsURL
        let heard = try await serve([Self.headers], with: FixedRouter(decision), config: config)
        let mutation = RequestMutation(decision, config: config)
        #expect(heard == [.requestHeaders(mutation)])
        #expect((mutation?.prefillerURL != nil) == sendsURL)
    }

    @Test func `an endpoint whose address cannot be told is no endpoint`() async throws {
        let odd = Endpoint(id: EndpointID(rawValue: 2), name: "odd", address: "a\r\nb:1")
        let router = FixedRouter(
            RoutingDecision(endpoint: odd, matchedBlocks: 0, blockCount: 0)
        )
        let heard = try await serve([Self.headers], with: router)
        #expect(heard == [.immediate(ImmediateResponse(.noEndpoints))])
        #expect(router.observations.observerCount == 0)
    }

    @Test func `a router that waits is told when the stream's task is cancelled`() async throws {
        let router = WaitingRouter()
        let serving = Task { try await serve([Self.headers], with: router) }
        for await _ in router.arrivals { break }
        serving.cancel()
        #expect(try await serving.value == [.immediate(ImmediateResponse(.cancelled))])
    }
}

import Domain
import ExtProcTestSupport
import Routing
import Synchronization
import Testing

@testable import ExtProc

@Suite struct ProcessStreamTests {
    private static let begin = EnvoyMessage.headers(
        .requestHeaders,
        [("x-request-id", "id-1"), ("content-length", "3")]
    )
    private static let address = FixedRouter.endpoint.address
    private static let body = EnvoyMessage.body(.requestBody, [1, 2, 3], endOfStream: true)

    private func serve(
        _ call: ScriptedCall,
        with router: FixedRouter = FixedRouter(),
        bodyBytesMax: Int = 1 << 20
    ) async throws(ProcessCallError) {
        var config = ExtProcConfig()
        config.bodyBytesMax = bodyBytesMax
        try await ProcessStream(router: router, config: config, log: .none).serve(call)
    }

    @Test func `the decision goes out before the body, and the response passes through`()
        async throws
    {
        let call = ScriptedCall([
            Self.begin, EnvoyMessage.body(.requestBody, [1, 2]),
            EnvoyMessage.body(.requestBody, [3], endOfStream: true),
            EnvoyMessage.headers(.responseHeaders),
            EnvoyMessage.body(.responseBody, [7]),
            EnvoyMessage.body(.responseBody, [8, 9], endOfStream: true),
        ])
        try await serve(call)
        let mutation = RequestMutation(destination: Self.address, contentLength: 3)
        #expect(
            call.heard == [
                .requestHeaders(mutation),
                .requestBodyChunk([1, 2, 3], endOfStream: true, moreFollows: false),
                .responseHeaders([]), .responseBodyChunk([7], endOfStream: false),
                .responseBodyChunk([8, 9], endOfStream: true),
            ]
        )
    }

    @Test(arguments: [0, 1, 61_999, 62_000, 62_001, 124_000, 200_000], [false, true])
    func `a body goes back in chunks that make it up again`(size: Int, hasTrailers: Bool)
        async throws
    {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var script = [EnvoyMessage.headers(.requestHeaders)]
        for start in stride(from: 0, to: size, by: 30_000) {
            let piece = Array(body[start..<min(start + 30_000, size)])
            script.append(EnvoyMessage.body(.requestBody, piece))
        }
        script.append(
            hasTrailers
                ? EnvoyMessage.trailers(.requestTrailers)
                : EnvoyMessage.body(.requestBody, [], endOfStream: true)
        )
        let call = ScriptedCall(script)
        let router = FixedRouter()
        try await serve(call, with: router)

        #expect(router.asked.map(\.body.array) == [body])
        var chunks = call.heard.dropFirst()
        if hasTrailers { #expect(chunks.popLast() == .requestTrailers) }
        #expect(chunks.count == max(1, (size + 61_999) / 62_000))
        var returned: [UInt8] = []
        for (index, chunk) in chunks.enumerated() {
            guard case .requestBodyChunk(let bytes, let end, let moreFollows) = chunk else {
                Issue.record("not a chunk: \(chunk)")
                continue
            }
            let isLast = index == chunks.count - 1
            #expect(bytes.count <= 62_000)
            #expect(end == (isLast && !hasTrailers))
            #expect(moreFollows == (!isLast || hasTrailers))
            returned += bytes
        }
        #expect(returned == body)
    }

    @Test func `a response that begins before the request has ended is kept apart from it`()
        async throws
    {
        let call = ScriptedCall([
            Self.begin, EnvoyMessage.body(.requestBody, [1, 2]),
            EnvoyMessage.headers(.responseHeaders),
            EnvoyMessage.body(.responseBody, [8, 9], endOfStream: true),
            EnvoyMessage.body(.requestBody, [3], endOfStream: true),
        ])
        try await serve(call)
        let mutation = RequestMutation(destination: Self.address, contentLength: 3)
        #expect(
            call.heard == [
                .responseHeaders([]), .responseBodyChunk([8, 9], endOfStream: true),
                .requestHeaders(mutation),
                .requestBodyChunk([1, 2, 3], endOfStream: true, moreFollows: false),
            ]
        )
    }

    @Test func `a request without a body is decided on at once`() async throws {
        let call = ScriptedCall([
            EnvoyMessage.headers(.requestHeaders, [("x-request-id", "id-1")], endOfStream: true)
        ])
        try await serve(call)
        #expect(call.heard == [.requestHeaders(RequestMutation(destination: Self.address))])
    }

    @Test func `a buffered body stays with the gateway, and the decision answers it`() async throws
    {
        let call = ScriptedCall([
            EnvoyMessage.headers(
                .requestHeaders,
                [("x-request-id", "id-1")],
                bodyModes: (request: 2, response: 2)
            ),
            Self.body, EnvoyMessage.body(.responseBody, [7], endOfStream: true),
        ])
        try await serve(call)
        let mutation = RequestMutation(destination: Self.address, contentLength: 3)
        #expect(
            call.heard == [
                .requestHeaders(nil), .requestBody(mutation, replacement: nil), .responseBody,
            ]
        )
    }

    @Test func `a body that the router replaces goes out with its own length`() async throws {
        let another: [UInt8] = [9, 8, 7, 6, 5]
        let mutation = RequestMutation(destination: Self.address, contentLength: 5)
        let router = FixedRouter(replacingBodiesBy: another)
        let streamed = ScriptedCall([Self.begin, Self.body])
        try await serve(streamed, with: router)
        #expect(
            streamed.heard == [
                .requestHeaders(mutation),
                .requestBodyChunk(another, endOfStream: true, moreFollows: false),
            ]
        )
        let buffered = ScriptedCall([
            EnvoyMessage.headers(
                .requestHeaders,
                [("x-request-id", "id-1")],
                bodyModes: (request: 2, response: 2)
            ),
            Self.body,
        ])
        try await serve(buffered, with: router)
        #expect(
            buffered.heard == [
                .requestHeaders(nil), .requestBody(mutation, replacement: another),
            ]
        )
    }

    @Test func `a request that has no id gets one, for the router and the engine alike`()
        async throws
    {
        let call = ScriptedCall([EnvoyMessage.headers(.requestHeaders, endOfStream: true)])
        let router = FixedRouter()
        try await serve(call, with: router)
        let id = try #require(router.asked.first?.id)
        #expect(
            id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                != nil
        )
        let mutation = RequestMutation(destination: Self.address, requestID: id)
        #expect(call.heard == [.requestHeaders(mutation)])
    }

    @Test func `the router sees the request's id, body and subset hint`() async throws {
        let hint = EnvoyMessage.subsetHint(EnvoyMessage.value("a:1"))
        let headers = [("x-request-id", "id-1")]
        let call = ScriptedCall([
            EnvoyMessage.headers(.requestHeaders, headers, metadata: hint), Self.body,
        ])
        let router = FixedRouter()
        try await serve(call, with: router)
        #expect(router.asked.map(\.id) == ["id-1"])
        #expect(router.asked.map(\.body.array) == [[1, 2, 3]])
        #expect(router.asked.map(\.subsetHint) == [["a:1"]])
    }

    @Test func `a request that cannot be routed is answered in the gateway's stead`() async throws {
        let call = ScriptedCall([Self.begin, Self.body, EnvoyMessage.headers(.responseHeaders)])
        try await serve(call, with: FixedRouter(failing: .queueFull))
        #expect(call.heard == [.immediate(ImmediateResponse(.queueFull))])
    }

    @Test func `a body over the limit is refused before the router is asked`() async throws {
        let call = ScriptedCall([EnvoyMessage.headers(.requestHeaders), Self.body])
        let router = FixedRouter()
        try await serve(call, with: router, bodyBytesMax: 2)
        #expect(call.heard == [.immediate(ImmediateResponse(.bodyTooLarge(bytesMax: 2)))])
        #expect(router.asked.isEmpty)
    }

    @Test func `a broken protocol ends the stream with its reason`() async {
        let call = ScriptedCall([Self.begin, Self.body, Self.begin])
        let reason = "request headers came twice"
        await #expect(throws: ProcessCallError.protocolViolation(reason: reason)) {
            try await serve(call)
        }
    }

    /// How a stream may end, and with what error.
    @Test(
        arguments: [
            ([begin, body], Int.max, nil),
            ([begin, body, begin], .max, .protocolViolation(reason: "request headers came twice")),
            ([begin, body, [0xFF]], .max, .protocolViolation(reason: "truncated")),
            ([begin, body], 0, .ended), ([begin, body], 1, .ended),
        ] as [([[UInt8]], Int, ProcessCallError?)]
    )
    func `an endpoint is busy with a request exactly until its stream ends`(
        script: [[UInt8]],
        repliesMax: Int,
        error: ProcessCallError?
    ) async {
        let router = FixedRouter()
        let counts = Mutex<[Int]>([])
        let call = ScriptedCall(script, repliesMax: repliesMax) {
            counts.withLock { $0.append(router.inFlightCount) }
        }
        do {
            try await serve(call, with: router)
            #expect(error == nil)
        } catch let thrown {
            #expect(thrown == error)
        }
        #expect(router.asked.count == 1)
        #expect(router.inFlightCount == 0)
        let expected = [0, 0] + (repliesMax == .max ? [1] : [])
        #expect(counts.withLock { $0 } == expected)
    }
}

import ExtProcTestSupport
import GRPC

/// Says what Envoy says in full-duplex mode, over one connection, with many streams at once.
struct BenchmarkGateway: Sendable {
    private static let streamCount = 32
    /// Envoy hands on what it has read from a socket.
    private static let pieceBytes = 64 << 10
    private static let responsePieces = 3

    private let channel: ClientChannel
    /// For each prompt the request's messages.
    private let requests: [[[UInt8]]]
    private let response: [[UInt8]]
    private let repliesToRequest: Int

    init(to target: String, _ size: BodySize) {
        channel = ClientChannel(to: target)
        let bodies = (0..<size.promptCount).map(size.body)
        requests = bodies.map(Self.messages)
        repliesToRequest = 1 + (bodies[0].count + 61_999) / 62_000
        let piece = Array("data: {\"choices\":[{\"text\":\" token\"}]}\n\n".utf8)
        response =
            [EnvoyMessage.headers(.responseHeaders, Self.responseHeaders)]
            + (1...Self.responsePieces).map {
                EnvoyMessage.body(.responseBody, piece, endOfStream: $0 == Self.responsePieces)
            }
    }

    private static func messages(of body: [UInt8]) -> [[UInt8]] {
        let headers = requestHeaders + [("content-length", "\(body.count)")]
        var messages = [
            EnvoyMessage.headers(
                .requestHeaders,
                headers,
                bodyModes: (request: 4, response: 4),
                metadata: ProtobufWriter()
            )
        ]
        for start in stride(from: 0, to: body.count, by: pieceBytes) {
            let end = min(start + pieceBytes, body.count)
            let isLast = end == body.count
            messages.append(
                EnvoyMessage.body(.requestBody, Array(body[start..<end]), endOfStream: isLast)
            )
        }
        return messages
    }

    private static let requestHeaders = [
        (":authority", "inference.example.com"), (":path", "/v1/completions"),
        (":method", "POST"), (":scheme", "https"), ("accept", "application/json"),
        ("accept-encoding", "gzip, deflate"), ("authorization", "Bearer 0123456789abcdef0123"),
        ("content-type", "application/json"), ("user-agent", "OpenAI/Python 1.99.0"),
        ("x-forwarded-for", "10.1.2.3"), ("x-forwarded-proto", "https"),
        ("x-request-id", "6f9b4f70-4f0c-4d6e-9f0e-2f9c2f1c6a11"), ("x-stainless-lang", "python"),
        ("x-envoy-external-address", "10.1.2.3"),
    ]

    private static let responseHeaders = [
        (":status", "200"), ("content-type", "text/event-stream; charset=utf-8"),
        ("date", "Sat, 01 Aug 2026 00:00:00 GMT"), ("server", "uvicorn"),
    ]

    /// Returns for each request how long the gateway waited before it could send it on.
    func exchange(requestCount: Int) async -> [Duration] {
        await withTaskGroup { group in
            for stream in 0..<Self.streamCount {
                group.addTask {
                    var latencies: [Duration] = []
                    for number in stride(from: stream, to: requestCount, by: Self.streamCount) {
                        latencies.append(await exchange(requests[number % requests.count]))
                    }
                    return latencies
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func exchange(_ request: [[UInt8]]) async -> Duration {
        let method = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"
        return await channel.withCall(method) { call in
            do {
                let start = ContinuousClock.now
                for message in request { try await call.send(OutgoingMessage(message.span)) }
                for _ in 0..<repliesToRequest { try await Self.hear(call) }
                let latency = ContinuousClock.now - start
                for message in response {
                    try await call.send(OutgoingMessage(message.span))
                    try await Self.hear(call)
                }
                try await call.halfClose()
                let status = await call.status()
                precondition(status == .ok, "the stream ended with \(status)")
                return latency
            } catch {
                let status = await call.status()
                preconditionFailure("the stream broke: \(status)")
            }
        }
    }

    private static func hear(_ call: ClientCall) async throws(GRPCError) {
        guard await call.receive() != nil else { throw .callEnded }
    }
}

import Bytes
import Domain
import Routing
import Telemetry

/// Serves ext_proc streams: hears a message, asks the state what to do, does it.
struct ProcessStream: Sendable {
    /// Bytes of a body that go back in one message: Envoy refuses larger ones on some paths, and
    /// llm-d's picker keeps to the same bound.
    static let chunkBytesMax = 62_000

    let router: any RequestRouting
    let bodyBytesMax: Int
    let log: Log

    /// Serves one stream to its end.
    func serve(_ call: some ProcessCall) async throws(ProcessCallError) {
        var state = ProcessStreamState(bodyBytesMax: bodyBytesMax)
        var bodies = BodyBytes()
        // Held until the stream ends: for as long, the endpoint is busy with the request.
        var routed: RoutedRequest?
        while let message = try await call.receive(to: &bodies) {
            switch state.received(message) {
            case .wait:
                let collected = bodies.request.count
                bodies.request.reserve(state.expectedBodyBytes(beyond: collected))
            case .pass(let pass):
                try await call.send(reply(to: pass, &bodies.response), moreFollows: false)
            case .fail(let error): return try await fail(error, state.headers, on: call)
            case .reject(let reason): throw .protocolViolation(reason: reason)
            case .route(let answer):
                let request = GatewayRequest(
                    id: state.headers.requestID ?? RequestID.random(),
                    path: state.headers.path ?? "",
                    body: bodies.request.take(),
                    subsetHint: state.subsetHint
                )
                switch await router.route(request) {
                case .failure(let error): return try await fail(error, state.headers, on: call)
                case .success(let success):
                    routed = success
                    let body = success.replacementBody ?? request.body
                    let mutation = ProcessReply.Mutation(
                        destination: success.decision.endpoint.address,
                        contentLength: body.count > 0 ? body.count : nil,
                        requestID: state.headers.requestID == nil ? request.id : nil
                    )
                    let isReplaced = success.replacementBody != nil
                    try await send(answer, mutation, body, isReplaced: isReplaced, on: call)
                }
            }
        }
        extendLifetime(routed)
    }

    private func reply(to pass: ProcessStreamState.Pass, _ body: inout GrowingBytes)
        -> ProcessReply
    {
        switch pass {
        case .requestHeaders: return .requestHeaders(nil)
        case .requestTrailers: return .requestTrailers
        case .responseHeaders: return .responseHeaders
        case .responseTrailers: return .responseTrailers
        case .responseBodyChunk(let endOfStream):
            return .responseBodyChunk(body.take(), endOfStream: endOfStream)
        case .responseBody:
            _ = body.take()  // Envoy keeps it.
            return .responseBody
        }
    }

    /// Sends a decision, and the body if it was handed over or is another now.
    private func send(
        _ answer: ProcessStreamState.Answer,
        _ mutation: ProcessReply.Mutation,
        _ body: SharedBytes,
        isReplaced: Bool,
        on call: some ProcessCall
    ) async throws(ProcessCallError) {
        switch answer {
        case .headersOnly: try await call.send(.requestHeaders(mutation), moreFollows: false)
        case .bufferedBody:
            let replacement = isReplaced ? body : nil
            let reply = ProcessReply.requestBody(mutation, replacement: replacement)
            try await call.send(reply, moreFollows: false)
        case .streamedBody(let withTrailers):
            try await call.send(.requestHeaders(mutation), moreFollows: true)
            try await sendChunks(of: body, withTrailers: withTrailers, on: call)
        }
    }

    /// Sends at least one chunk, even of an empty body: Envoy waits for the end of the stream.
    private func sendChunks(
        of body: SharedBytes,
        withTrailers: Bool,
        on call: some ProcessCall
    ) async throws(ProcessCallError) {
        var start = 0
        repeat {
            let end = min(start + Self.chunkBytesMax, body.count)
            let isLast = end == body.count
            try await call.send(
                .requestBodyChunk(body, start..<end, endOfStream: isLast && !withTrailers),
                moreFollows: !isLast || withTrailers
            )
            start = end
        } while start < body.count
        if withTrailers { try await call.send(.requestTrailers, moreFollows: false) }
    }

    private func fail(
        _ error: PickError,
        _ headers: RequestHeaders,
        on call: some ProcessCall
    ) async throws(ProcessCallError) {
        let response = ImmediateResponse(error)
        log.info(
            "request not routed",
            [
                "request_id": headers.requestID ?? "",
                "status": "\(response.httpStatus)",
                "reason": response.body,
            ]
        )
        try await call.send(.immediate(response), moreFollows: false)
    }
}

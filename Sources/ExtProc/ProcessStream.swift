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
    let config: ExtProcConfig
    let log: Log

    /// Serves one stream to its end. If its task is cancelled, so is a router that is at work.
    func serve(_ call: some ProcessCall) async throws(ProcessCallError) {
        let wanted = router.wantedHeaders
        var state = ProcessStreamState(bodyBytesMax: config.bodyBytesMax)
        var bodies = BodyBytes()
        // Held until the stream ends: for as long, the endpoint is busy with the request.
        var response: RoutedResponse?
        while let message = try await call.receive(keeping: wanted, to: &bodies) {
            response?.received(message.message, servedBy: message.servedEndpoint)
            switch state.received(message) {
            case .wait:
                let collected = bodies.request.count
                bodies.request.reserve(state.expectedBodyBytes(beyond: collected))
            case .pass(let pass):
                let reply = reply(to: pass, &bodies.response, response?.headers ?? [])
                try await call.send(reply, moreFollows: false)
            case .fail(let error): return try await fail(error, state.headers, on: call)
            case .reject(let reason): throw .protocolViolation(reason: reason)
            case .route(let answer):
                let request = state.request(withBody: bodies.request.take(), keeping: wanted)
                switch await router.route(request) {
                case .failure(let error): return try await fail(error, state.headers, on: call)
                case .success(let routed):
                    guard let mutation = mutation(of: request, by: routed, state.headers) else {
                        return try await fail(.noEndpoints, state.headers, on: call)
                    }
                    response = RoutedResponse(to: routed)
                    try await send(answer, mutation, request, routed, on: call)
                }
            }
        }
        extendLifetime(response)
    }

    /// Nil if the decision's endpoint has no address that can be told.
    private func mutation(
        of request: GatewayRequest,
        by routed: RoutedRequest,
        _ headers: RequestHeaders
    ) -> RequestMutation? {
        guard var mutation = RequestMutation(routed.decision, config: config) else { return nil }
        let byteCount = (routed.replacementBody ?? request.body).count
        if byteCount > 0 { mutation.contentLength = byteCount }
        if headers.requestID == nil { mutation.requestID = request.id }
        return mutation
    }

    private func reply(
        to pass: ProcessStreamState.Pass,
        _ body: inout GrowingBytes,
        _ responseHeaders: [HeaderField]
    ) -> ProcessReply {
        switch pass {
        case .requestHeaders: return .requestHeaders(nil)
        case .requestTrailers: return .requestTrailers
        case .responseHeaders: return .responseHeaders(responseHeaders)
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
        _ mutation: RequestMutation,
        _ request: GatewayRequest,
        _ routed: RoutedRequest,
        on call: some ProcessCall
    ) async throws(ProcessCallError) {
        switch answer {
        case .headersOnly: try await call.send(.requestHeaders(mutation), moreFollows: false)
        case .bufferedBody:
            let reply = ProcessReply.requestBody(mutation, replacement: routed.replacementBody)
            try await call.send(reply, moreFollows: false)
        case .streamedBody(let withTrailers):
            try await call.send(.requestHeaders(mutation), moreFollows: true)
            let body = routed.replacementBody ?? request.body
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

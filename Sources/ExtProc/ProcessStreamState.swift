import Bytes
import Domain
import Routing

/// One ext_proc stream, message by message: pure, no I/O.
///
/// In the protocol's mode, `FULL_DUPLEX_STREAMED`, the answer to the request's headers is held
/// until the whole body is here; then headers and body go out together. With `BUFFERED`, Envoy
/// waits for an answer to the headers before it sends the body, so the decision goes out with the
/// answer to the body. A stream may also begin with the response.
struct ProcessStreamState {
    private enum Phase {
        case beforeRequest
        case collecting(bodyBytes: Int)
        /// The decision is being made, or has been; what follows is the response.
        case decided
    }

    /// How the answer to a request is laid out, once there is a decision.
    enum Answer: Equatable {
        case headersOnly
        case bufferedBody
        /// The body's last chunk carries the end of the stream, unless trailers do.
        case streamedBody(withTrailers: Bool)
    }

    enum Action: Equatable {
        case wait
        /// Decide on the request whose body, if any, has been collected.
        case route(Answer)
        /// Let Envoy go on with what it has.
        case pass(Pass)
        case fail(PickError)
        /// The gateway breaks the protocol: end the stream with an error.
        case reject(reason: String)
    }

    /// What is let through unchanged. Envoy wants a reply of the same kind as its message.
    enum Pass: Equatable {
        case requestHeaders
        case requestTrailers
        case responseHeaders
        case responseBody
        /// In full-duplex mode Envoy has handed the piece over and wants it back.
        case responseBodyChunk(endOfStream: Bool)
        case responseTrailers
    }

    private let bodyBytesMax: Int
    private var phase = Phase.beforeRequest
    private var modes = BodyModes()
    private(set) var headers = RequestHeaders()
    private(set) var subsetHint: [String]?

    init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

    mutating func received(_ received: ReceivedProcessMessage) -> Action {
        if let modes = received.bodyModes { self.modes = modes }
        if let subsetHint = received.subsetHint { self.subsetHint = subsetHint }
        switch received.message {
        case .requestHeaders(let headers, let endOfStream):
            return begin(headers, endOfStream: endOfStream)
        case .requestBody(let byteCount, let endOfStream):
            return collect(byteCount, endOfStream: endOfStream)
        case .requestTrailers: return endWithTrailers()
        case .responseHeaders: return .pass(.responseHeaders)
        case .responseBody(_, let endOfStream):
            return modes.response == .fullDuplexStreamed
                ? .pass(.responseBodyChunk(endOfStream: endOfStream)) : .pass(.responseBody)
        case .responseTrailers: return .pass(.responseTrailers)
        }
    }

    /// What the router is to decide on.
    ///
    /// - Parameter wanted: the headers that were kept, if they were there.
    func request(withBody body: SharedBytes, keeping wanted: HeaderSelection) -> GatewayRequest {
        var request = GatewayRequest(
            id: headers.requestID ?? RequestID.random(),
            path: headers.path ?? "",
            headers: headers.wanted,
            body: body,
            subsetHint: subsetHint
        )
        request.headerSelection = wanted
        request.seesResponseBody = modes.response.showsBytesAsTheyCome
        return request
    }

    /// Room to make for the rest of the body: what the client promised, as far as we believe it,
    /// and the bytes beyond the end that let a parser work in place.
    func expectedBodyBytes(beyond collected: Int) -> Int {
        guard collected == 0, let promised = headers.contentLength, promised > 0 else { return 0 }
        return min(promised, Self.believedContentLengthMax) + Self.parserPadding
    }

    private static let believedContentLengthMax = 1 << 20
    private static let parserPadding = 64

    private mutating func begin(_ headers: RequestHeaders, endOfStream: Bool) -> Action {
        guard case .beforeRequest = phase else {
            return .reject(reason: "request headers came twice")
        }
        self.headers = headers
        if let contentLength = headers.contentLength, contentLength > bodyBytesMax {
            return decide(.fail(.bodyTooLarge(bytesMax: bodyBytesMax)))
        }
        if endOfStream || modes.request == .none { return decide(.route(.headersOnly)) }
        phase = .collecting(bodyBytes: 0)
        switch modes.request {
        case .fullDuplexStreamed: return .wait
        case .buffered: return .pass(.requestHeaders)
        case .none, .streamed, .bufferedPartial, .grpc, .unknown:
            let reason = "request_body_mode must be FULL_DUPLEX_STREAMED or BUFFERED"
            return decide(.fail(.unsupportedGateway(reason: reason)))
        }
    }

    private mutating func collect(_ byteCount: Int, endOfStream: Bool) -> Action {
        guard case .collecting(var bodyBytes) = phase else {
            return .reject(reason: "a request body came without its headers, or after its end")
        }
        bodyBytes += byteCount
        phase = .collecting(bodyBytes: bodyBytes)
        guard bodyBytes <= bodyBytesMax else {
            return decide(.fail(.bodyTooLarge(bytesMax: bodyBytesMax)))
        }
        if modes.request == .buffered { return decide(.route(.bufferedBody)) }
        return endOfStream ? decide(.route(.streamedBody(withTrailers: false))) : .wait
    }

    /// Trailers end a body whose last chunk did not say so.
    private mutating func endWithTrailers() -> Action {
        switch (phase, modes.request) {
        case (.beforeRequest, _): .reject(reason: "request trailers came without headers")
        case (.collecting, .fullDuplexStreamed): decide(.route(.streamedBody(withTrailers: true)))
        case (.collecting, _): decide(.fail(.malformedRequest(reason: "the request has no body")))
        case (.decided, _): .pass(.requestTrailers)
        }
    }

    private mutating func decide(_ action: Action) -> Action {
        phase = .decided
        return action
    }
}

extension BodyMode {
    /// A buffered body is shown when all of it is there, which says nothing of its first bytes.
    fileprivate var showsBytesAsTheyCome: Bool {
        switch self {
        case .streamed, .fullDuplexStreamed: true
        case .none, .buffered, .bufferedPartial, .grpc, .unknown: false
        }
    }
}

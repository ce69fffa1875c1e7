import Bytes
import Domain

/// What Envoy tells us: one message of an ext_proc stream. The bytes of a body are not in here;
/// they are appended to `BodyBytes` while the message is decoded.
enum ProcessMessage: Equatable, Sendable {
    case requestHeaders(RequestHeaders, endOfStream: Bool)
    case requestBody(byteCount: Int, endOfStream: Bool)
    case requestTrailers
    /// Without a status if the gateway does not tell it.
    case responseHeaders(status: Int?, endOfStream: Bool)
    case responseBody(byteCount: Int, endOfStream: Bool)
    case responseTrailers
}

/// Where the bytes of bodies are collected. Apart, because a response may begin before the request
/// has ended: a request that takes too long is answered by Envoy itself.
struct BodyBytes: ~Copyable {
    var request = GrowingBytes()
    var response = GrowingBytes()
}

/// A message and what came along with it.
struct ReceivedProcessMessage: Equatable, Sendable {
    var message: ProcessMessage
    /// The only endpoints that the gateway allows (`host:port`). Nil: all of the pool.
    var subsetHint: [String]?
    /// Of a response's headers: the endpoint that answered (`host:port`). Nil: not told.
    var servedEndpoint: String?
    /// Only the first message of a stream says how bodies are sent.
    var bodyModes: BodyModes?
}

/// How Envoy is set to send bodies (`processing_mode`).
struct BodyModes: Equatable, Sendable {
    var request = BodyMode.fullDuplexStreamed
    var response = BodyMode.fullDuplexStreamed
}

/// The values of Envoy's `ProcessingMode.BodySendMode`.
enum BodyMode: UInt64, Equatable, Sendable {
    /// A value that Envoy did not have when this was written.
    case unknown = 0xFFFF_FFFF_FFFF_FFFF
    case none = 0
    case streamed = 1
    case buffered = 2
    case bufferedPartial = 3
    case fullDuplexStreamed = 4
    case grpc = 5
}

/// The request headers that routing looks at.
struct RequestHeaders: Equatable, Sendable {
    /// `x-request-id`, which ties log lines to those of the gateway.
    var requestID: String?
    var contentLength: Int?
    /// `:path`, the query included.
    var path: String?
    /// Those that the router wants, as they came: several values of one name stay apart, in their
    /// order.
    var wanted: [HeaderField] = []
}

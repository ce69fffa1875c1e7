import Bytes
import Domain

/// What we tell Envoy: one message of an ext_proc stream.
enum ProcessReply: Sendable {
    /// Nil: nothing to change; go on. For requests, only where bodies are buffered.
    case requestHeaders(RequestMutation?)
    /// For buffered bodies: the decision, with the body left as it is or replaced.
    case requestBody(RequestMutation, replacement: SharedBytes?)
    /// A piece of the body that goes to the endpoint.
    case requestBodyChunk(SharedBytes, Range<Int>, endOfStream: Bool)
    case requestTrailers
    /// What the client gets besides the endpoint's headers, often nothing.
    case responseHeaders([HeaderField])
    /// Nothing to change; go on.
    case responseBody
    /// A piece of the body, given back unchanged.
    case responseBodyChunk(SharedBytes, endOfStream: Bool)
    case responseTrailers
    case immediate(ImmediateResponse)
}

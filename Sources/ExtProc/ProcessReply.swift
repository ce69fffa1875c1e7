import Bytes

/// What we tell Envoy: one message of an ext_proc stream.
enum ProcessReply: Sendable {
    /// Nothing to change; go on. For requests, only where bodies are buffered.
    case requestHeaders(Mutation?)
    /// For buffered bodies: the decision, with the body left as it is or replaced.
    case requestBody(Mutation, replacement: SharedBytes?)
    /// A piece of the body that goes to the endpoint.
    case requestBodyChunk(SharedBytes, Range<Int>, endOfStream: Bool)
    case requestTrailers
    case responseHeaders
    /// Nothing to change; go on.
    case responseBody
    /// A piece of the body, given back unchanged.
    case responseBodyChunk(SharedBytes, endOfStream: Bool)
    case responseTrailers
    case immediate(ImmediateResponse)

    /// What a decision does to the request.
    struct Mutation: Equatable, Sendable {
        /// Goes into the destination header and into the dynamic metadata: the two must agree.
        var destination: String
        /// Absent: leave the header alone.
        var contentLength: Int?
        /// Set only where the client did not send one.
        var requestID: String?
    }
}

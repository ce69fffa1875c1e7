/// Why an HTTP exchange did not take place. A status such as 500 is not an error: it is an answer.
package enum HTTPError: Error, Equatable, Sendable {
    case cannotListen(address: String, errno: Int32)
    /// The URL, or a header, is not one that can be sent.
    case malformedRequest(reason: String)
    case cannotConnect(reason: String)
    case deadlineExceeded
    /// The peer sent more than we agreed to take.
    case bodyTooLarge(bytesMax: Int)
    /// The peer hung up, or what it sent is not HTTP.
    case connectionLost(reason: String)
    /// Our own task was cancelled, or the client was given up.
    case cancelled
}

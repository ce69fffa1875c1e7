/// Why no endpoint was picked: the one error that leaves the routing core.
package enum PickError: Error, Equatable, Sendable {
    /// The pool is empty, or the gateway's subset hint leaves nothing of it.
    case noEndpoints
    /// Endpoints exist, and every one is at its limit; or this picker is.
    case saturated
    case malformedRequest(reason: String)
    /// The gateway is set up in a way that no decision can be made for.
    case unsupportedGateway(reason: String)
    case bodyTooLarge(bytesMax: Int)
}

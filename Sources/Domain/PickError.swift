/// Why no endpoint was picked: the one error that leaves the routing core.
package enum PickError: Error, Equatable, Sendable {
    /// The pool is empty, or the gateway's subset hint leaves nothing of it.
    case noEndpoints
    /// Endpoints exist, and every one is at its limit; or this picker is.
    case saturated
    /// The pool is saturated, and the request is one that may be dropped then.
    case shed
    /// As many requests wait already as may.
    case queueFull
    /// It has waited for its turn as long as it may.
    case waitedTooLong
    /// It has waited for an endpoint to appear as long as it may.
    case noEndpointsInTime
    /// The client gave up while it waited.
    case cancelled
    /// This picker ends.
    case shuttingDown
    /// It waited, or ran, and gave way to one of higher priority.
    case evicted
    case malformedRequest(reason: String)
    /// The gateway is set up in a way that no decision can be made for.
    case unsupportedGateway(reason: String)
    case bodyTooLarge(bytesMax: Int)
}

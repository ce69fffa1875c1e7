import Domain

/// An answer to the client instead of a route.
struct ImmediateResponse: Equatable, Sendable {
    let httpStatus: Int32
    let body: String
    /// For gateways and dashboards: a word of llm-d's list, where one fits.
    private(set) var droppedReason: String?
    /// When it is worth trying again. Nil: nothing says that waiting helps.
    private(set) var retryAfterSeconds: Int?

    /// The one place where a `PickError` becomes an HTTP status (Endpoint Picker Protocol 1.0).
    /// The texts are llm-d's where it has some, since clients and tests compare them.
    init(_ error: PickError) {
        switch error {
        case .malformedRequest(let reason):
            self.init(400, "BadRequest", reason)
        case .bodyTooLarge(let bytesMax):
            self.init(413, "PayloadTooLarge", "the request body exceeds \(bytesMax) bytes")
        case .saturated:
            self.init(dropped: "rejected-saturated", "every endpoint is at its limit")
        case .shed:
            let reason = "system saturated, sheddable request dropped"
            self.init(dropped: "rejected-saturated", reason)
        case .queueFull:
            self.init(dropped: "rejected-saturated", "too many requests wait already")
        case .waitedTooLong:
            self.init(dropped: "rejected-ttl-expired", "the request's turn did not come in time")
        case .evicted:
            self.init(dropped: "evicted-priority", "request evicted by flow control")
        case .unsupportedGateway(let reason):
            self.init(500, "Internal", reason)
        case .noEndpoints:
            let reason = "failed to find endpoint candidates for serving the request"
            self.init(unavailable: "rejected-no-endpoints", reason)
        case .noEndpointsInTime:
            let reason = "no endpoint appeared in time"
            self.init(unavailable: "rejected-no-endpoints", reason, isWorthRetrying: true)
        case .cancelled:
            self.init(unavailable: "rejected-context-cancelled", "the client gave up")
        case .shuttingDown:
            let reason = "this endpoint picker is shutting down"
            self.init(unavailable: "rejected-shutting-down", reason, isWorthRetrying: true)
        }
    }

    /// How long a client that was sent away should stay away. What makes requests wait is over in
    /// seconds or lasts, and a client that comes back sooner makes it worse.
    private static let retrySeconds = 1

    private init(_ status: Int32, _ code: String, _ reason: String) {
        httpStatus = status
        body = "inference error: \(code) - \(reason)"
    }

    /// There is more to do than can be done now.
    private init(dropped: String, _ reason: String) {
        self.init(429, "ResourceExhausted", reason)
        droppedReason = dropped
        retryAfterSeconds = Self.retrySeconds
    }

    /// There is nobody who could do it.
    private init(unavailable dropped: String, _ reason: String, isWorthRetrying: Bool = false) {
        self.init(503, "ServiceUnavailable", reason)
        droppedReason = dropped
        retryAfterSeconds = isWorthRetrying ? Self.retrySeconds : nil
    }
}

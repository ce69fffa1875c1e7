import Domain

/// An answer to the client instead of a route.
struct ImmediateResponse: Equatable, Sendable {
    let httpStatus: Int32
    let body: String
    /// For gateways and dashboards: a word of llm-d's list, where one fits.
    let droppedReason: String?

    /// The one place where a `PickError` becomes an HTTP status (Endpoint Picker Protocol 1.0).
    /// The texts are llm-d's, which clients and tests compare.
    init(_ error: PickError) {
        switch error {
        case .malformedRequest(let reason):
            self.init(400, "BadRequest", reason)
        case .bodyTooLarge(let bytesMax):
            self.init(413, "PayloadTooLarge", "the request body exceeds \(bytesMax) bytes")
        case .saturated:
            let reason = "every endpoint is at its limit"
            self.init(429, "ResourceExhausted", reason, dropped: "rejected-saturated")
        case .unsupportedGateway(let reason):
            self.init(500, "Internal", reason)
        case .noEndpoints:
            let reason = "failed to find endpoint candidates for serving the request"
            self.init(503, "ServiceUnavailable", reason, dropped: "rejected-no-endpoints")
        }
    }

    private init(_ status: Int32, _ code: String, _ reason: String, dropped: String? = nil) {
        httpStatus = status
        body = "inference error: \(code) - \(reason)"
        droppedReason = dropped
    }
}

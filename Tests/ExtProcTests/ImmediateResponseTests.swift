import Domain
import Testing

@testable import ExtProc

@Suite struct ImmediateResponseTests {
    /// Status, text, llm-d's word, and whether the client should come back in a second.
    @Test(
        arguments: [
            (.malformedRequest(reason: "why"), 400, "BadRequest - why", nil, false),
            (
                .bodyTooLarge(bytesMax: 5), 413,
                "PayloadTooLarge - the request body exceeds 5 bytes", nil, false
            ),
            (
                .saturated, 429, "ResourceExhausted - every endpoint is at its limit",
                "rejected-saturated", true
            ),
            (
                .shed, 429,
                "ResourceExhausted - system saturated, sheddable request dropped",
                "rejected-saturated", true
            ),
            (
                .queueFull, 429, "ResourceExhausted - too many requests wait already",
                "rejected-saturated", true
            ),
            (
                .waitedTooLong, 429,
                "ResourceExhausted - the request's turn did not come in time",
                "rejected-ttl-expired", true
            ),
            (
                .evicted, 429, "ResourceExhausted - request evicted by flow control",
                "evicted-priority", true
            ),
            (.unsupportedGateway(reason: "why"), 500, "Internal - why", nil, false),
            (
                .noEndpoints, 503,
                "ServiceUnavailable - failed to find endpoint candidates for serving the request",
                "rejected-no-endpoints", false
            ),
            (
                .noEndpointsInTime, 503, "ServiceUnavailable - no endpoint appeared in time",
                "rejected-no-endpoints", true
            ),
            (
                .cancelled, 503, "ServiceUnavailable - the client gave up",
                "rejected-context-cancelled", false
            ),
            (
                .shuttingDown, 503,
                "ServiceUnavailable - this endpoint picker is shutting down",
                "rejected-shutting-down", true
            ),
        ] as [(PickError, Int32, String, String?, Bool)]
    )
    func `each reason for not routing a request has its answer`(
        error: PickError,
        status: Int32,
        reason: String,
        droppedReason: String?,
        isWorthRetrying: Bool
    ) {
        let response = ImmediateResponse(error)
        #expect(response.httpStatus == status)
        #expect(response.body == "inference error: \(reason)")
        #expect(response.droppedReason == droppedReason)
        #expect(response.retryAfterSeconds == (isWorthRetrying ? 1 : nil))
    }
}

import Domain
import Routing

/// Tells who observes a routed request what becomes of it: each thing once, in order, however the
/// gateway is set to tell us of responses. Holding this holds the request's place at its endpoint.
struct RoutedResponse {
    private let routed: RoutedRequest
    private var hasBegun = false
    private var hasBytes = false
    private var hasEnded = false

    init(to routed: RoutedRequest) { self.routed = routed }

    /// What the client gets besides the endpoint's headers.
    var headers: [HeaderField] { routed.responseHeaders }

    /// Requests' own messages mean nothing here.
    mutating func received(_ message: ProcessMessage, servedBy endpoint: String? = nil) {
        switch message {
        case .requestHeaders, .requestBody, .requestTrailers: break
        case .responseHeaders(let status, let endOfStream):
            begin(status: status, servedBy: endpoint)
            if endOfStream { end() }
        case .responseBody(let byteCount, let endOfStream):
            begin(status: nil)
            if byteCount > 0, !hasBytes {
                hasBytes = true
                routed.observer.firstBytes()
            }
            if endOfStream { end() }
        case .responseTrailers:
            begin(status: nil)
            end()
        }
    }

    private mutating func begin(status: Int?, servedBy endpoint: String? = nil) {
        if hasBegun { return }
        hasBegun = true
        routed.observer.responseBegan(status: status, servedBy: endpoint)
    }

    private mutating func end() {
        if hasEnded { return }
        hasEnded = true
        routed.observer.responseEnded()
    }
}

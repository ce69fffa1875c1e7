/// Lets one request pass. Until it goes, the request counts as one more in flight: drop it when the
/// request has reserved its place at an endpoint, or has failed. Every way out gives it back.
package struct AdmissionPermit: ~Copyable, Sendable {
    /// Nil: nothing was held back, and nothing is counted.
    private let admission: Admission?
    private let tokens: Int

    init() {
        admission = nil
        tokens = 0
    }

    init(from admission: Admission, tokens: Int) {
        self.admission = admission
        self.tokens = tokens
    }

    /// The request is in flight, or has failed.
    package consuming func giveBack() {}

    deinit { admission?.permitReturned(tokens: tokens) }
}

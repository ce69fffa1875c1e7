package import Bytes
package import Domain

/// The one word of the core that a protocol adapter knows.
package protocol RequestRouting: Sendable {
    /// The request headers that routing looks at. May change while the process runs: a request
    /// says by which its own were kept.
    var wantedHeaders: HeaderSelection { get }

    /// Decides where a request goes. May wait, and may be called from any task.
    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError>
}

/// A decision, and the place that it takes at its endpoint for as long as this value is held.
package struct RoutedRequest: Sendable {
    package let decision: RoutingDecision
    /// What the endpoint gets in place of the client's body. Nil: the body as it came.
    package private(set) var replacementBody: SharedBytes?
    /// What the client gets besides the endpoint's headers.
    package let responseHeaders: [HeaderField]
    /// Holds the place.
    package let observer: any ResponseObserver

    package init(
        decision: RoutingDecision,
        responseHeaders: [HeaderField] = [],
        observer: any ResponseObserver
    ) {
        self.decision = decision
        self.responseHeaders = responseHeaders
        self.observer = observer
    }

    /// The same decision, with another body.
    package func replacingBody(_ body: SharedBytes) -> RoutedRequest {
        var routed = self
        routed.replacementBody = body
        return routed
    }
}

package import Bytes
package import Domain

/// The one word of the core that a protocol adapter knows.
package protocol RequestRouting: Sendable {
    /// Decides where a request goes. May wait, and may be called from any task.
    func route(_ request: GatewayRequest) async -> Result<RoutedRequest, PickError>
}

/// A decision, and the place that it takes at its endpoint for as long as this value is held.
package struct RoutedRequest: Sendable {
    package let decision: RoutingDecision
    /// What the endpoint gets in place of the client's body. Nil: the body as it came.
    package private(set) var replacementBody: SharedBytes?
    private let lease: InFlightLease

    package init(decision: RoutingDecision, lease: InFlightLease) {
        self.decision = decision
        self.lease = lease
    }

    /// The same decision, with another body.
    package func replacingBody(_ body: SharedBytes) -> RoutedRequest {
        var routed = self
        routed.replacementBody = body
        return routed
    }
}

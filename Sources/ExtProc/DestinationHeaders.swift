/// The names of the Endpoint Picker Protocol, version 1.0.
enum DestinationHeaders {
    /// Request header, and key of the dynamic metadata: where the gateway shall send the request.
    static let destination = "x-gateway-destination-endpoint"
    /// Namespace of the dynamic metadata that carries the same value as the header.
    static let metadataNamespace = "envoy.lb"
    /// Where the gateway says which endpoints it allows.
    static let subsetNamespace = "envoy.lb.subset_hint"
    static let subset = "x-gateway-destination-endpoint-subset"
    /// On an immediate response: why a request was not routed.
    static let droppedReason = "x-llm-d-request-dropped-reason"
}

/// A request header that says where the request, or a part of its work, goes.
///
/// Invariant: none of them reaches an endpoint with a value that a client chose. A reply that
/// carries a decision sets or removes each one, whatever the request had.
enum SteeringHeader: String, CaseIterable, Sendable {
    /// Where the gateway sends the request (Endpoint Picker Protocol 1.0): addresses with commas
    /// between them, the best first. `CProcessReply` repeats it in the dynamic metadata.
    case destination = "x-gateway-destination-endpoint"
    /// The protocol has these two in metadata only.
    case destinationSubset = "x-gateway-destination-endpoint-subset"
    case destinationServed = "x-gateway-destination-endpoint-served"
    /// Who computes the prompt's KV cache, for the sidecar of the endpoint that decodes.
    case prefiller = "x-prefiller-host-port"
    case prefillerURL = "x-prefiller-url"
    /// Who turns media into embeddings, for that sidecar: addresses with commas between them.
    case encoders = "x-encoder-hosts-ports"
    /// Where a sidecar that serves several data-parallel ranks passes the request on to.
    case dataParallelAddress = "x-data-parallel-host-port"
    /// Which of its ranks an engine should use.
    case dataParallelRank = "x-data-parallel-rank"
    /// Whose KV cache an engine may fetch from.
    case kvCacheSource = "x-kv-cache-source-host-port"
}

/// Names one endpoint for as long as this process lives. Small and dense, never given out twice.
public struct EndpointID: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// One replica of an engine, as routing sees it.
package struct Endpoint: Hashable, Sendable, Identifiable {
    package let id: EndpointID
    /// What a person calls it, for logs and metrics.
    package let name: String
    /// Where the gateway sends requests: `host:port`, exactly as it goes into the header.
    package let address: String
    package let role: EndpointRole
    /// Where the engine publishes its KV events (a ZeroMQ address), if it does.
    package let kvEventsAddress: String?
    /// Where it sends events again that were lost (a ZeroMQ address), if it does.
    package let kvReplayAddress: String?
    /// Its engines, whose KV caches are apart. Rank r has both addresses with r added to the port.
    package let dataParallelSize: Int
    /// What the operator says of it: Kubernetes labels, or those of an endpoints file.
    package let labels: [String: String]
    /// Where the engine reports its load, as Prometheus text.
    package let metricsURL: String
    package let engine: EngineFamily
    /// Of the name: the same in every process, for choices that replicas must agree on.
    package let nameHash: UInt64

    /// - Parameter metricsURL: Nil for `/metrics` at the address.
    package init(
        id: EndpointID,
        name: String,
        address: String,
        role: EndpointRole = .both,
        kvEventsAddress: String? = nil,
        kvReplayAddress: String? = nil,
        dataParallelSize: Int = 1,
        labels: [String: String] = [:],
        metricsURL: String? = nil,
        engine: EngineFamily = .vllm
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.role = role
        self.kvEventsAddress = kvEventsAddress
        self.kvReplayAddress = kvReplayAddress
        self.dataParallelSize = dataParallelSize
        self.labels = labels
        self.metricsURL = metricsURL ?? "http://\(address)/metrics"
        self.engine = engine
        nameHash = FNV1a.hash(of: name)
    }
}

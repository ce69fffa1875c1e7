package import Domain

/// One endpoint as its source describes it: an `Endpoint` but for the ID, which the store gives.
package struct PoolMember: Hashable, Sendable {
    package let name: String
    package let address: String
    package let role: EndpointRole
    package let kvEventsAddress: String?
    package let kvReplayAddress: String?
    package let dataParallelSize: Int
    package let labels: [String: String]
    package let metricsURL: String?
    package let engine: EngineFamily

    package init(
        name: String,
        address: String,
        role: EndpointRole = .decode,
        kvEventsAddress: String? = nil,
        kvReplayAddress: String? = nil,
        dataParallelSize: Int = 1,
        labels: [String: String] = [:],
        metricsURL: String? = nil,
        engine: EngineFamily = .vllm
    ) {
        self.name = name
        self.address = address
        self.role = role
        self.kvEventsAddress = kvEventsAddress
        self.kvReplayAddress = kvReplayAddress
        self.dataParallelSize = dataParallelSize
        self.labels = labels
        self.metricsURL = metricsURL
        self.engine = engine
    }

    func endpoint(_ id: EndpointID) -> Endpoint {
        Endpoint(
            id: id,
            name: name,
            address: address,
            role: role,
            kvEventsAddress: kvEventsAddress,
            kvReplayAddress: kvReplayAddress,
            dataParallelSize: dataParallelSize,
            labels: labels,
            metricsURL: metricsURL,
            engine: engine
        )
    }
}

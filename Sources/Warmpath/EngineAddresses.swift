import Config
import Domain

/// Where engines publish, as the pool and the configuration say together.
struct EngineAddresses: Sendable {
    let ports: EnginePorts?
    let isFollowed: Bool

    init(_ config: KVCacheConfig) {
        ports = config.enginePorts
        isFollowed = config.followsEndpoints
    }

    /// The pool with its event addresses: its own first, else the configured ports of its hosts.
    func completed(_ snapshot: EndpointSnapshot) -> EndpointSnapshot {
        EndpointSnapshot(
            generation: snapshot.generation,
            endpoints: snapshot.endpoints.map(completed)
        )
    }

    /// Whether the endpoint's engine is followed.
    func publishes(_ endpoint: Endpoint) -> Bool { addresses(of: endpoint).events != nil }

    private func completed(_ endpoint: Endpoint) -> Endpoint {
        let (events, replay) = addresses(of: endpoint)
        return Endpoint(
            id: endpoint.id,
            name: endpoint.name,
            address: endpoint.address,
            role: endpoint.role,
            kvEventsAddress: events,
            kvReplayAddress: replay,
            dataParallelSize: endpoint.dataParallelSize,
            labels: endpoint.labels,
            metricsURL: endpoint.metricsURL,
            engine: endpoint.engine
        )
    }

    private func addresses(of endpoint: Endpoint) -> (events: String?, replay: String?) {
        guard isFollowed else { return (nil, nil) }
        guard endpoint.kvEventsAddress == nil, let ports,
            let colon = endpoint.address.lastIndex(of: ":")
        else { return (endpoint.kvEventsAddress, endpoint.kvReplayAddress) }
        let host = "tcp://\(endpoint.address[..<colon])"
        return ("\(host):\(ports.events)", ports.replay > 0 ? "\(host):\(ports.replay)" : nil)
    }
}

package import Domain

/// One endpoint as its source describes it: an `Endpoint` but for the ID, which the store gives.
package struct PoolMember: Hashable, Sendable {
    package let name: String
    package let address: String
    package let role: EndpointRole
    package let kvEventsAddress: String?
    package let kvReplayAddress: String?
    package let dataParallelSize: Int

    package init(
        name: String,
        address: String,
        role: EndpointRole = .both,
        kvEventsAddress: String? = nil,
        kvReplayAddress: String? = nil,
        dataParallelSize: Int = 1
    ) {
        self.name = name
        self.address = address
        self.role = role
        self.kvEventsAddress = kvEventsAddress
        self.kvReplayAddress = kvReplayAddress
        self.dataParallelSize = dataParallelSize
    }

    func endpoint(_ id: EndpointID) -> Endpoint {
        Endpoint(
            id: id,
            name: name,
            address: address,
            role: role,
            kvEventsAddress: kvEventsAddress,
            kvReplayAddress: kvReplayAddress,
            dataParallelSize: dataParallelSize
        )
    }
}

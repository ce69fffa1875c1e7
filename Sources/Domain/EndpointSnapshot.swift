/// Every endpoint of the pool as of one instant.
package struct EndpointSnapshot: Sendable {
    /// Grows with every change of the pool.
    package let generation: UInt64
    package let endpoints: [Endpoint]

    package static let empty = EndpointSnapshot(generation: 0, endpoints: [])

    package init(generation: UInt64, endpoints: [Endpoint]) {
        self.generation = generation
        self.endpoints = endpoints
    }

    package func successor(with endpoints: [Endpoint]) -> EndpointSnapshot {
        EndpointSnapshot(generation: generation + 1, endpoints: endpoints)
    }
}

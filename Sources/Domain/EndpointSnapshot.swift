/// Every endpoint of the pool as of one instant.
package struct EndpointSnapshot: Sendable {
    /// Grows with every change of the pool.
    package let generation: UInt64
    /// In ascending order of IDs. An endpoint's place here is its *position*.
    package let endpoints: [Endpoint]
    /// Those of `endpoints`, by position: what is compared in every decision lies close together.
    package let ids: [EndpointID]

    package static let empty = EndpointSnapshot(generation: 0, endpoints: [])

    package init(generation: UInt64, endpoints: [Endpoint]) {
        self.generation = generation
        self.endpoints = endpoints.sorted { $0.id.rawValue < $1.id.rawValue }
        ids = self.endpoints.map(\.id)
    }

    package func successor(with endpoints: [Endpoint]) -> EndpointSnapshot {
        EndpointSnapshot(generation: generation + 1, endpoints: endpoints)
    }

    /// Where an endpoint is in `endpoints`. Nil if it is not in the pool.
    package func position(of id: EndpointID) -> Int? {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle].rawValue < id.rawValue { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }
}

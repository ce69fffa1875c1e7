/// What an endpoint has of one LoRA adapter.
package enum AdapterState: UInt8, Sendable, BitwiseCopyable {
    /// Not there: the engine would have to load it.
    case absent
    /// There, and no request uses it now.
    case loaded
    /// Requests wait for it.
    case waiting
    /// Requests use it now.
    case running
}

/// Where one LoRA adapter is: as engines report it.
package struct AdapterPlaces: Equatable, Sendable {
    package struct Place: Equatable, Sendable, BitwiseCopyable {
        package let endpoint: EndpointID
        package let state: AdapterState

        package init(endpoint: EndpointID, state: AdapterState) {
            self.endpoint = endpoint
            self.state = state
        }
    }

    /// In ascending order of endpoints, each once. Where the adapter is absent, there is no place.
    package let places: [Place]

    package init(_ places: [Place]) {
        self.places = places.sorted { $0.endpoint.rawValue < $1.endpoint.rawValue }
    }
}

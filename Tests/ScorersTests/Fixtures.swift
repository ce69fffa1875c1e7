import Domain
import Scheduling

extension Endpoint {
    static func fake(
        _ id: UInt32,
        address: String? = nil,
        role: EndpointRole = .both
    ) -> Endpoint {
        Endpoint(
            id: EndpointID(rawValue: id),
            name: "engine-\(id)",
            address: address ?? "10.0.0.\(id):8000",
            role: role
        )
    }
}

extension SchedulingContext {
    /// A request to a pool of `endpoints`; matches and loads are by the endpoint's number.
    static func fake(
        _ endpoints: [Endpoint] = [],
        blockCount: Int = 0,
        matched: [UInt32: Int] = [:],
        inFlight: [UInt32: Int] = [:],
        subsetHint: [String]? = nil,
        rotation: UInt64 = 0
    ) -> SchedulingContext {
        func byID(_ numbers: [UInt32: Int]) -> [EndpointID: Int] {
            Dictionary(
                uniqueKeysWithValues: numbers.map { (EndpointID(rawValue: $0.key), $0.value) }
            )
        }
        return SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(generation: 1, endpoints: endpoints),
            matches: PrefixMatches(blockCount: blockCount, matchedBlocks: byID(matched)),
            inFlight: byID(inFlight),
            subsetHint: subsetHint,
            rotation: rotation
        )
    }
}

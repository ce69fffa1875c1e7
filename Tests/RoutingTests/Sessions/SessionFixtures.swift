import Domain
import Routing
import Scheduling

/// Endpoints by their names, whose IDs follow `firstID` in the same order.
func sessionPool(
    _ names: [String],
    firstID: UInt32 = 0,
    generation: UInt64 = 1
) -> EndpointSnapshot {
    EndpointSnapshot(
        generation: generation,
        endpoints: names.enumerated().map { place, name in
            Endpoint(
                id: EndpointID(rawValue: firstID + UInt32(place)),
                name: name,
                address: "10.0.0.1:\(8000 + place)"
            )
        }
    )
}

func sessionRequest(_ headers: [(String, String)] = []) -> InferenceRequest {
    var request = InferenceRequest(model: "m")
    request.headers = headers.map { HeaderField($0.0, $0.1) }
    return request
}

extension EndpointSnapshot {
    func endpoint(named name: String) throws -> Endpoint {
        guard let endpoint = endpoints.first(where: { $0.name == name }) else {
            throw PickError.noEndpoints
        }
        return endpoint
    }

    /// The decision for an endpoint.
    func decision(for name: String, prefill: String? = nil) throws -> RoutingDecision {
        var decision = try RoutingDecision(
            endpoint: endpoint(named: name),
            matchedBlocks: 0,
            blockCount: 0
        )
        decision.prefill = try prefill.map {
            PrefillDecision(endpoint: try endpoint(named: $0), uncachedTokens: 0)
        }
        return decision
    }

    /// The endpoint of a hint: for a hash, the one that comes first.
    func endpoint(for hint: SessionHint?) -> Endpoint? {
        switch hint?.target {
        case .endpoint(let id): position(of: id).map { endpoints[$0] }
        case .hash(let hash):
            endpoints.max {
                SessionHint.rank(of: $0, for: hash) < SessionHint.rank(of: $1, for: hash)
            }
        case nil: nil
        }
    }
}

extension ContinuousClock.Instant {
    /// A fixed moment, and others by their distance from it in seconds.
    static let sessionStart = ContinuousClock.now
    static func sessionStart(plus seconds: Double) -> Self {
        sessionStart.advanced(by: .seconds(seconds))
    }
}

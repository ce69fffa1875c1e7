import Domain

/// What a decision does to the request.
struct RequestMutation: Equatable, Sendable {
    /// Endpoints, the best first.
    var destination: String
    var prefiller: String?
    var prefillerURL: String?
    var encoders: String?
    var dataParallelAddress: String?
    var dataParallelRank: Int?
    /// Absent: leave the header alone.
    var contentLength: Int?
    /// Set only where the client did not send one.
    var requestID: String?

    init(destination: String, contentLength: Int? = nil, requestID: String? = nil) {
        self.destination = destination
        self.contentLength = contentLength
        self.requestID = requestID
    }

    /// Addresses that cannot be written into a list are left out. Nil if that is the first one.
    init?(_ decision: RoutingDecision, config: ExtProcConfig) {
        let first = decision.sidecarAddress ?? decision.endpoint.address
        guard first.isListedAddress else { return nil }
        destination = Self.list(first, then: decision.fallbacks[...]) ?? first
        if let address = decision.prefill?.endpoint.address, address.isListedAddress {
            prefiller = address
            prefillerURL = config.sendsPrefillerURL ? "http://" + address : nil
        }
        encoders = Self.list(nil, then: decision.encoders[...])
        dataParallelAddress = decision.sidecarAddress.map { _ in decision.endpoint.address }
        dataParallelRank = decision.rank
    }

    /// Allocates nothing for a list of one.
    private static func list(_ first: String?, then others: ArraySlice<Endpoint>) -> String? {
        var list = first
        for endpoint in others where endpoint.address.isListedAddress {
            list = list.map { $0 + "," + endpoint.address } ?? endpoint.address
        }
        return list
    }

    /// Nil: the header is removed.
    func value(of header: SteeringHeader) -> String? {
        switch header {
        case .destination: destination
        case .prefiller: prefiller
        case .prefillerURL: prefillerURL
        case .encoders: encoders
        case .dataParallelAddress: dataParallelAddress
        case .dataParallelRank: dataParallelRank.map { String($0) }
        case .destinationSubset, .destinationServed, .kvCacheSource: nil
        }
    }
}

extension String {
    /// Whether it can be one of several addresses with commas between them.
    fileprivate var isListedAddress: Bool {
        !isEmpty && utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
    }
}

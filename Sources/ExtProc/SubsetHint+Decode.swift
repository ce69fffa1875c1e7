import GRPC

/// Where the gateway says which endpoints it allows (Endpoint Picker Protocol 1.0).
private let subsetNamespace = "envoy.lb.subset_hint"
private let subsetKey = "x-gateway-destination-endpoint-subset"

/// Where it says, with a response, which one has answered.
private let balancerNamespace = "envoy.lb"
private let servedKey = "x-gateway-destination-endpoint-served"

/// Endpoints that a subset hint may list. No pool is larger; a longer list is cut.
private let subsetEndpointsMax = 10_000

extension MessageReader {
    /// `Metadata.filter_metadata["envoy.lb.subset_hint"]`, whose field
    /// `x-gateway-destination-endpoint-subset` is a list of strings, or one string with commas.
    /// Nil if there is no such field.
    mutating func readSubsetHint(_ count: Int) throws(MessageError) -> [String]? {
        var hint: [String]?
        try forEachMapEntry(inNext: count, key: subsetNamespace) {
            (reader, structure) throws(MessageError) in
            try reader.forEachMapEntry(inNext: structure, key: subsetKey) {
                (reader, value) throws(MessageError) in
                hint = try reader.readEndpoints(value)
            }
        }
        return hint
    }

    /// `Metadata.filter_metadata["envoy.lb"]`, whose field `x-gateway-destination-endpoint-served` is
    /// a string. Nil if there is no such field.
    mutating func readServedEndpoint(_ count: Int) throws(MessageError) -> String? {
        var served: String?
        try forEachMapEntry(inNext: count, key: balancerNamespace) {
            (reader, structure) throws(MessageError) in
            try reader.forEachMapEntry(inNext: structure, key: servedKey) {
                (reader, value) throws(MessageError) in
                served = try reader.readEndpoints(value).first
            }
        }
        return served
    }

    /// A `Value` that is a string or a list of strings. Anything else names no endpoint.
    private mutating func readEndpoints(_ count: Int) throws(MessageError) -> [String] {
        var endpoints: [String] = []
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            switch (field.number, field.kind) {
            case (3, .delimited(let bytes)):
                let text = String(decoding: try reader.readArray(bytes), as: UTF8.self)
                endpoints += text.split { $0 == "," || $0 == " " }.map(String.init)
            case (6, .delimited(let list)): try reader.readEndpointList(list, to: &endpoints)
            default: return false
            }
            return true
        }
        return endpoints
    }

    private mutating func readEndpointList(
        _ count: Int,
        to endpoints: inout [String]
    ) throws(MessageError) {
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard case .delimited(let value) = field.kind, endpoints.count < subsetEndpointsMax
            else { return false }
            try reader.forEachField(inNext: value) { (reader, field) throws(MessageError) in
                guard field.number == 3, case .delimited(let bytes) = field.kind else {
                    return false
                }
                endpoints.append(String(decoding: try reader.readArray(bytes), as: UTF8.self))
                return true
            }
            return true
        }
    }

    /// Reads a message whose field 1 is a map from strings to messages, and calls `body` with the
    /// size of the value of `key`, once for each time that it occurs.
    private mutating func forEachMapEntry(
        inNext count: Int,
        key: String,
        _ body: (inout MessageReader, _ value: Int) throws(MessageError) -> Void
    ) throws(MessageError) {
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard field.number == 1, case .delimited(let entry) = field.kind,
                try reader.isMapEntry(inNext: entry, of: key)
            else { return false }
            try reader.forEachField(inNext: entry) { (reader, field) throws(MessageError) in
                guard field.number == 2, case .delimited(let value) = field.kind else {
                    return false
                }
                try body(&reader, value)
                return true
            }
            return true
        }
    }

    /// Looks ahead: the key may stand after the value.
    private func isMapEntry(
        inNext count: Int,
        of key: String
    ) throws(MessageError) -> Bool {
        var reader = self
        var isWanted = false
        try reader.forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard field.number == 1, case .delimited(let bytes) = field.kind else { return false }
            guard bytes == key.utf8.count else {
                isWanted = false
                return false
            }
            isWanted = try reader.readArray(bytes).elementsEqual(key.utf8)
            return true
        }
        return isWanted
    }
}

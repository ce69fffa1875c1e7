import GRPC

extension MessageReader {
    /// `HttpHeaders`: tells `headers` of each header, and returns whether the stream ends with them.
    mutating func readHTTPHeaders(
        _ count: Int,
        to headers: inout HeaderCollector
    ) throws(MessageError) -> Bool {
        var endOfStream = false
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            switch (field.number, field.kind) {
            case (1, .delimited(let map)): try reader.readHeaderMap(map, to: &headers)
            case (3, .varint(let value)): endOfStream = value != 0
            default: return false
            }
            return true
        }
        return endOfStream
    }

    private mutating func readHeaderMap(
        _ count: Int,
        to headers: inout HeaderCollector
    ) throws(MessageError) {
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard field.number == 1, case .delimited(let header) = field.kind else { return false }
            try reader.readHeader(header, to: &headers)
            return true
        }
    }

    /// `HeaderValue`: `raw_value` counts if there is one, as it does for Envoy.
    private mutating func readHeader(
        _ count: Int,
        to headers: inout HeaderCollector
    ) throws(MessageError) {
        headers.begin()
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard case .delimited(let bytes) = field.kind else { return false }
            switch field.number {
            case 1: return try headers.takeName(bytes, from: &reader)
            case 2 where !headers.hasValue, 3 where bytes > 0:
                return try headers.takeValue(bytes, from: &reader)
            default: return false
            }
        }
        headers.end()
    }
}

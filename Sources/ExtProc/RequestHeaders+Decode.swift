import GRPC

extension RequestHeaders {
    /// Bytes of the names below: a name of another length is not even copied.
    fileprivate static let nameBytes = (path: 5, requestID: 12, contentLength: 14)
    /// Bytes of one value that we look at. A larger one is treated as empty.
    fileprivate static let valueBytesMax = 1024

    fileprivate mutating func take(_ name: [UInt8], _ value: [UInt8]) {
        if name.isHeader("x-request-id") {
            requestID = String(decoding: value, as: UTF8.self)
        } else if name.isHeader("content-length") {
            contentLength = Int(String(decoding: value, as: UTF8.self))
        } else if name.isHeader(":path") {
            path = String(decoding: value, as: UTF8.self)
        }
    }
}

extension [UInt8] {
    /// - Parameter name: in lower case. Names of HTTP headers are ASCII, and their case is free.
    fileprivate func isHeader(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            unsafe zip(self, name).allSatisfy { byte, expected in
                byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected
            }
        }
    }
}

extension MessageReader {
    /// `HttpHeaders`.
    mutating func readHTTPHeaders(
        _ count: Int
    ) throws(MessageError) -> (headers: RequestHeaders, endOfStream: Bool) {
        var headers = RequestHeaders()
        var endOfStream = false
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            switch (field.number, field.kind) {
            case (1, .delimited(let map)): try reader.readHeaderMap(map, to: &headers)
            case (3, .varint(let value)): endOfStream = value != 0
            default: return false
            }
            return true
        }
        return (headers, endOfStream)
    }

    private mutating func readHeaderMap(
        _ count: Int,
        to headers: inout RequestHeaders
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
        to headers: inout RequestHeaders
    ) throws(MessageError) {
        var name: [UInt8] = []
        var value: [UInt8] = []
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            guard case .delimited(let bytes) = field.kind else { return false }
            switch field.number {
            case 1
            where bytes == RequestHeaders.nameBytes.path
                || bytes == RequestHeaders.nameBytes.requestID
                || bytes == RequestHeaders.nameBytes.contentLength:
                name = try reader.readArray(bytes)
            case 2 where value.isEmpty, 3 where bytes > 0:
                guard !name.isEmpty, bytes <= RequestHeaders.valueBytesMax else { return false }
                value = try reader.readArray(bytes)
            default: return false
            }
            return true
        }
        if !name.isEmpty { headers.take(name, value) }
    }
}

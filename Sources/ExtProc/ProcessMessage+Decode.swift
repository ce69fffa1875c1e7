import Bytes
import Domain
import GRPC

// Decoding is by hand, over the message's own pieces: generated code would copy every body, and
// recurse as deep as the sender likes (docs/decisions/0002-protobuf.md).

extension ReceivedProcessMessage {
    /// Decodes a `ProcessingRequest`. Bytes of a body are appended to `bodies`.
    ///
    /// - Parameter wanted: the request headers to keep.
    /// - Throws: for anything that is not a well-formed message with one of the known requests.
    init(
        decoding message: borrowing ReceivedMessage,
        keeping wanted: HeaderSelection,
        to bodies: inout BodyBytes
    ) throws(MessageError) {
        var reader = message.reader
        var decoded: ProcessMessage?
        var subsetHint: [String]?
        var servedEndpoint: String?
        var bodyModes: BodyModes?
        while let field = try reader.nextField() {
            guard case .delimited(let count) = field.kind else {
                try reader.skip(field)
                continue
            }
            // The requests are one `oneof`. Envoy sets one of them; the body of a second would
            // escape the limit.
            guard decoded == nil || !(2...7).contains(field.number) else { throw .malformed }
            switch field.number {
            case 2:
                var collector = HeaderCollector(wanted: wanted)
                let end = try reader.readHTTPHeaders(count, to: &collector)
                decoded = .requestHeaders(collector.headers, endOfStream: end)
            case 3:
                var collector = HeaderCollector(wanted: .none)
                let end = try reader.readHTTPHeaders(count, to: &collector)
                decoded = .responseHeaders(status: collector.status, endOfStream: end)
            case 4:
                let before = bodies.request.count
                let end = try reader.readHTTPBody(count, to: &bodies.request)
                let byteCount = bodies.request.count - before
                decoded = .requestBody(byteCount: byteCount, endOfStream: end)
            case 5:
                let before = bodies.response.count
                let end = try reader.readHTTPBody(count, to: &bodies.response)
                let byteCount = bodies.response.count - before
                decoded = .responseBody(byteCount: byteCount, endOfStream: end)
            case 6:
                try reader.skip(count)
                decoded = .requestTrailers
            case 7:
                try reader.skip(count)
                decoded = .responseTrailers
            case 8:
                if case .responseHeaders? = decoded {
                    servedEndpoint = try reader.readServedEndpoint(count)
                } else {
                    subsetHint = try reader.readSubsetHint(count)
                }
            case 11: bodyModes = try reader.readBodyModes(count)
            default: try reader.skip(count)
            }
        }
        guard let decoded else { throw .malformed }
        self.init(
            message: decoded,
            subsetHint: subsetHint,
            servedEndpoint: servedEndpoint,
            bodyModes: bodyModes
        )
    }
}

extension MessageReader {
    /// `HttpBody`: appends its bytes to `body`, and returns whether it is the last.
    fileprivate mutating func readHTTPBody(
        _ count: Int,
        to body: inout GrowingBytes
    ) throws(MessageError) -> Bool {
        var endOfStream = false
        try forEachField(inNext: count) { (reader, field) throws(MessageError) in
            switch (field.number, field.kind) {
            case (1, .delimited(let bytes)): try reader.read(bytes, to: &body)
            case (2, .varint(let value)): endOfStream = value != 0
            default: return false
            }
            return true
        }
        return endOfStream
    }

    /// `ProtocolConfiguration`. A field that is absent has proto3's default, which is NONE.
    fileprivate mutating func readBodyModes(_ count: Int) throws(MessageError) -> BodyModes {
        var modes = BodyModes(request: .none, response: .none)
        try forEachField(inNext: count) { (_, field) throws(MessageError) in
            switch (field.number, field.kind) {
            case (1, .varint(let value)): modes.request = BodyMode(rawValue: value) ?? .unknown
            case (2, .varint(let value)): modes.response = BodyMode(rawValue: value) ?? .unknown
            default: return false
            }
            return true
        }
        return modes
    }
}

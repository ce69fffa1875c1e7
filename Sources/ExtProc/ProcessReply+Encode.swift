import Bytes
import CProcessReply
import GRPC

extension ProcessReply {
    /// The `ProcessingResponse` that says this.
    func encoded() -> OutgoingMessage {
        switch self {
        case .requestHeaders(let mutation):
            Self.packed(CPROCESS_REQUEST_HEADERS, mutation.map { HeaderChanges($0) })
        case .requestBody(let mutation, let replacement):
            Self.packed(CPROCESS_REQUEST_BODY, HeaderChanges(mutation), body: replacement)
        case .requestTrailers: Self.packed(CPROCESS_REQUEST_TRAILERS)
        case .responseHeaders(let fields):
            Self.packed(CPROCESS_RESPONSE_HEADERS, HeaderChanges(ofResponse: fields))
        case .responseBody: Self.packed(CPROCESS_RESPONSE_BODY)
        case .responseTrailers: Self.packed(CPROCESS_RESPONSE_TRAILERS)
        case .requestBodyChunk(let body, let range, let endOfStream):
            Self.chunk(of: body, range, field: 3, endOfStream: endOfStream)
        case .responseBodyChunk(let body, let endOfStream):
            Self.chunk(of: body, 0..<body.count, field: 4, endOfStream: endOfStream)
        case .immediate(let response): response.encoded()
        }
    }

    /// - Parameter body: goes out whole, in this message: Envoy holds buffered bodies whole, too.
    private static func packed(
        _ kind: cprocess_kind,
        _ changes: HeaderChanges? = nil,
        body: SharedBytes? = nil
    ) -> OutgoingMessage {
        let changes = changes?.bytes ?? []
        let bytes = unsafe changes.withUnsafeBufferPointer { changes in
            let mutation = unsafe cprocess_mutation(
                changes: changes.baseAddress,
                changes_count: changes.count,
                body: body.map { unsafe UnsafePointer($0.base) },
                body_count: body?.count ?? 0
            )
            return unsafe PackedMessage.bytes { unsafe cprocess_pack(kind, mutation, $0, $1) }
        }
        extendLifetime(body)
        return OutgoingMessage(bytes.span)
    }

    /// A `StreamedBodyResponse` whose body is not copied: the bytes before it are made here, and
    /// `body` comes last in its message, which protobuf leaves open.
    ///
    /// - Parameter field: the body's field in `ProcessingResponse`: 3 request, 4 response.
    private static func chunk(
        of body: SharedBytes,
        _ range: Range<Int>,
        field: UInt8,
        endOfStream: Bool
    ) -> OutgoingMessage {
        var head: [UInt8] = endOfStream ? [2 << 3, 1] : []  // end_of_stream = 2
        if !range.isEmpty {
            head.append(1 << 3 | 2)  // body = 1
            head.appendVarint(range.count)
        }
        // From the inside out: StreamedBodyResponse in BodyMutation.streamed_response = 3, in
        // CommonResponse.body_mutation = 3, in BodyResponse.response = 1, in ProcessingResponse.
        var prefix: [UInt8] = []
        var count = head.count + range.count
        for number in [3, 3, 1, field] {
            var outer: [UInt8] = [number << 3 | 2]
            outer.appendVarint(count)
            prefix = outer + prefix
            count += outer.count
        }
        return OutgoingMessage((prefix + head).span, then: body, in: range)
    }
}

extension ImmediateResponse {
    fileprivate func encoded() -> OutgoingMessage {
        var headers = HeaderChanges()
        headers.set("content-type", to: "text/plain; charset=utf-8")
        if let droppedReason { headers.set("x-llm-d-request-dropped-reason", to: droppedReason) }
        if let seconds = retryAfterSeconds { headers.set("retry-after", to: String(seconds)) }
        let changes = headers.bytes
        var text = body
        let bytes = text.withUTF8 { text in
            unsafe changes.withUnsafeBufferPointer { changes in
                let mutation = unsafe cprocess_mutation(
                    changes: changes.baseAddress,
                    changes_count: changes.count,
                    body: text.baseAddress,
                    body_count: text.count
                )
                return unsafe PackedMessage.bytes {
                    unsafe cprocess_pack_immediate(httpStatus, mutation, $0, $1)
                }
            }
        }
        return OutgoingMessage(bytes.span)
    }
}

extension [UInt8] {
    fileprivate mutating func appendVarint(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

package import Bytes
import CSimdJSON

/// A parsed JSON text. Its values keep it alive.
///
/// Thread safety: a document never changes once it is parsed, so it may be read from any thread;
/// `@unchecked Sendable` because the C++ object behind it cannot say so itself.
@safe package final class JSONDocument: @unchecked Sendable {
    /// Nesting beyond this is refused: no request or engine needs it, and readers recurse.
    package static let depthMax = 64

    private let handle: OpaquePointer
    private var rootValue = unsafe csimdjson_value()

    /// Parses UTF-8 bytes. Copies them once, unless `bytes` has spare capacity for the parser to
    /// read past the end (`spareCapacity`).
    ///
    /// - Throws: `JSONError` for anything that is not exactly one JSON value, for invalid UTF-8,
    ///   and for nesting beyond `depthMax`.
    package convenience init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes.span, capacity: bytes.capacity)
    }

    /// Parses in place if the memory behind the text is large enough, else copies.
    package convenience init(parsing bytes: SharedBytes) throws(JSONError) {
        try self.init(parsing: bytes.span, capacity: bytes.capacity)
    }

    /// Parses a span, which has no capacity to spare: copies it.
    package convenience init(parsing bytes: Span<UInt8>) throws(JSONError) {
        try self.init(parsing: bytes, capacity: bytes.count)
    }

    private init(parsing bytes: Span<UInt8>, capacity: Int) throws(JSONError) {
        guard let handle = unsafe csimdjson_document_create() else {
            throw JSONError(reason: "out of memory")
        }
        unsafe self.handle = handle
        var root = unsafe csimdjson_value()
        let reason: String? = unsafe bytes.withUnsafeBufferPointer { buffer in
            // An empty array has no address; the parser wants one even for no bytes.
            guard let base = buffer.baseAddress else { return "the document is empty" }
            let message = unsafe csimdjson_parse(
                handle,
                base,
                buffer.count,
                capacity,
                JSONDocument.depthMax,
                &root
            )
            return unsafe message.map { unsafe String(cString: $0) }
        }
        if let reason { throw JSONError(reason: reason) }
        unsafe rootValue = root
    }

    deinit { unsafe csimdjson_document_destroy(handle) }

    package var root: JSONValue { unsafe JSONValue(rootValue, of: self) }

    /// Bytes of capacity beyond the text that let `init(parsing:)` work in place.
    package static let spareCapacity = csimdjson_padding()
}

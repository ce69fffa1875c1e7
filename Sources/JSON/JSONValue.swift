internal import CSimdJSON

/// One value of a document. Cheap to copy: a position and a reference to the document.
@safe package struct JSONValue: Sendable {
    package enum Kind: Sendable {
        case null, bool, number, string, array, object
    }

    private nonisolated(unsafe) let value: csimdjson_value
    private let document: JSONDocument

    init(_ value: csimdjson_value, of document: JSONDocument) {
        unsafe self.value = value
        self.document = document
    }

    package var kind: Kind {
        switch unsafe csimdjson_value_kind(value) {
        case CSIMDJSON_BOOL: .bool
        case CSIMDJSON_INT64, CSIMDJSON_UINT64, CSIMDJSON_DOUBLE: .number
        case CSIMDJSON_STRING: .string
        case CSIMDJSON_ARRAY: .array
        case CSIMDJSON_OBJECT: .object
        default: .null
        }
    }

    package var bool: Bool? { kind == .bool ? unsafe csimdjson_value_bool(value) : nil }

    /// The number, if it is written as an integer and fits.
    package var int: Int? {
        switch unsafe csimdjson_value_kind(value) {
        case CSIMDJSON_INT64: Int(exactly: unsafe csimdjson_value_int64(value))
        case CSIMDJSON_UINT64: Int(exactly: unsafe csimdjson_value_uint64(value))
        default: nil
        }
    }

    /// The number beyond `Int`, if it is written as an integer. The parser refuses documents with
    /// integers that do not fit in 64 bits either way.
    package var unsignedInt: UInt64? {
        guard unsafe csimdjson_value_kind(value) == CSIMDJSON_UINT64 else { return nil }
        return unsafe csimdjson_value_uint64(value)
    }

    package var double: Double? {
        switch unsafe csimdjson_value_kind(value) {
        case CSIMDJSON_INT64: Double(unsafe csimdjson_value_int64(value))
        case CSIMDJSON_UINT64: Double(unsafe csimdjson_value_uint64(value))
        case CSIMDJSON_DOUBLE: unsafe csimdjson_value_double(value)
        default: nil
        }
    }

    /// The string's UTF-8 bytes, escapes resolved.
    package var bytes: [UInt8]? { unsafe withBytes { unsafe [UInt8]($0) } }

    /// The string as text. For names and settings; prompts stay bytes.
    package var string: String? {
        unsafe withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the string's UTF-8 bytes, escapes resolved, without copying them; returns
    /// nil if this is not a string.
    package func withUTF8<R, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        guard kind == .string else { return nil }
        let string = unsafe csimdjson_value_string(value)
        let bytes = unsafe UnsafeBufferPointer(start: string.bytes, count: string.count)
        return try unsafe body(bytes.span)
    }

    private func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
        guard kind == .string else { return nil }
        let string = unsafe csimdjson_value_string(value)
        return unsafe body(UnsafeBufferPointer(start: string.bytes, count: string.count))
    }
}

extension JSONValue {
    /// Calls `body` with each element, in order. Does nothing if this is not an array.
    package func forEachElement<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws(E) {
        guard kind == .array else { return }
        var cursor = unsafe csimdjson_array_begin(value)
        var element = unsafe csimdjson_value()
        while unsafe csimdjson_array_next(&cursor, &element) {
            try unsafe body(JSONValue(element, of: document))
        }
    }

    /// Calls `body` with each field, in the order of the text, repeated keys included.
    /// Does nothing if this is not an object.
    package func forEachField<E: Error>(
        _ body: (_ key: Span<UInt8>, _ value: JSONValue) throws(E) -> Void
    ) throws(E) {
        guard kind == .object else { return }
        var cursor = unsafe csimdjson_object_begin(value)
        var key = unsafe csimdjson_string()
        var field = unsafe csimdjson_value()
        while unsafe csimdjson_object_next(&cursor, &key, &field) {
            let name = unsafe UnsafeBufferPointer(start: key.bytes, count: key.count)
            try unsafe body(name.span, JSONValue(field, of: document))
        }
    }

    /// The value of `key`; of a repeated key the last one counts, as in Python and in engines.
    package subscript(key: StaticString) -> JSONValue? {
        var found: JSONValue?
        forEachField { name, value in
            if name.equals(key) { found = value }
        }
        return found
    }
}

extension Span<UInt8> {
    /// Whether these bytes are those of `text`, which is ASCII.
    package func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe bytes.elementsEqual(
                UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            )
        }
    }
}

/// Writes one JSON value as UTF-8, without spaces, fields in the order given.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether the next element of the open object or array has one before it.
    private var needsComma = false

    package init() {}

    // MARK: Values

    package mutating func object(_ fields: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), fields)
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    package mutating func string(_ text: some Collection<UInt8>) {
        element { $0.appendQuoted(text) }
    }

    package mutating func string(_ text: String) { string(text.utf8) }
    package mutating func int(_ value: Int) { raw(String(value)) }
    package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }
    package mutating func null() { raw("null") }

    /// JSON has no infinities: they become null.
    package mutating func double(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

    // MARK: Fields of an object

    package mutating func field(_ key: String, _ value: (inout JSONWriter) -> Void) {
        element { writer in
            writer.appendQuoted(key.utf8)
            writer.bytes.append(UInt8(ascii: ":"))
            writer.needsComma = false
            value(&writer)
        }
    }

    package mutating func field(_ key: String, _ value: String) { field(key) { $0.string(value) } }
    package mutating func field(_ key: String, _ value: Int) { field(key) { $0.int(value) } }
    package mutating func field(_ key: String, _ value: Bool) { field(key) { $0.bool(value) } }
    package mutating func field(_ key: String, _ value: Double) { field(key) { $0.double(value) } }
    package mutating func nullField(_ key: String) { field(key) { $0.null() } }

    package mutating func objectField(_ key: String, _ fields: (inout JSONWriter) -> Void) {
        field(key) { $0.object(fields) }
    }

    package mutating func arrayField(_ key: String, _ elements: (inout JSONWriter) -> Void) {
        field(key) { $0.array(elements) }
    }

    // MARK: Bytes

    private mutating func element(_ write: (inout JSONWriter) -> Void) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        write(&self)
        needsComma = true
    }

    private mutating func nest(
        _ open: UInt8,
        _ close: UInt8,
        _ content: (inout JSONWriter) -> Void
    ) {
        element { writer in
            writer.bytes.append(open)
            writer.needsComma = false
            content(&writer)
            writer.bytes.append(close)
        }
    }

    private mutating func raw(_ text: String) {
        element { $0.bytes.append(contentsOf: text.utf8) }
    }

    private mutating func appendQuoted(_ text: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(JSONWriter.hexDigits[Int(byte >> 4)])
                bytes.append(JSONWriter.hexDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

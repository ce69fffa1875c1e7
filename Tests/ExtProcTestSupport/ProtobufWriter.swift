/// Writes protobuf messages field by field, as a test wants them: well-formed or not.
package struct ProtobufWriter: Equatable, Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package init(_ fields: (inout ProtobufWriter) -> Void) { fields(&self) }

    package mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }

    package mutating func varint(_ field: UInt64, _ value: UInt64) {
        appendVarint(field << 3)
        appendVarint(value)
    }

    package mutating func bytes(_ field: UInt64, _ value: [UInt8]) {
        appendVarint(field << 3 | 2)
        appendVarint(UInt64(value.count))
        bytes += value
    }

    package mutating func text(_ field: UInt64, _ value: String) { bytes(field, Array(value.utf8)) }

    package mutating func message(_ field: UInt64, _ fields: (inout ProtobufWriter) -> Void) {
        bytes(field, ProtobufWriter(fields).bytes)
    }

    package mutating func message(_ field: UInt64, _ message: ProtobufWriter) {
        bytes(field, message.bytes)
    }

    package mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

import GRPC

/// The head of one field of a protobuf message, as it stands on the wire.
struct ProtobufField {
    let number: UInt64
    let kind: Kind

    enum Kind {
        case varint(UInt64)
        /// A string, bytes or a message: this many bytes follow.
        case delimited(Int)
        /// A fixed-width number: this many bytes follow.
        case fixed(Int)
    }
}

extension MessageReader {
    /// The next field, or nil at the end. A varint is read with it; other values are still to be
    /// read or skipped.
    mutating func nextField() throws(MessageError) -> ProtobufField? {
        guard remaining > 0 else { return nil }
        let tag = try readVarint()
        let number = tag >> 3
        guard number > 0 else { throw .malformed }
        switch tag & 7 {
        case 0: return ProtobufField(number: number, kind: .varint(try readVarint()))
        case 1: return ProtobufField(number: number, kind: .fixed(8))
        case 2:
            guard let count = Int(exactly: try readVarint()), count <= remaining else {
                throw .truncated
            }
            return ProtobufField(number: number, kind: .delimited(count))
        case 5: return ProtobufField(number: number, kind: .fixed(4))
        default: throw .malformed  // groups do not exist in proto3
        }
    }

    /// Passes over a field's value.
    mutating func skip(_ field: ProtobufField) throws(MessageError) {
        switch field.kind {
        case .varint: break
        case .delimited(let count), .fixed(let count): try skip(count)
        }
    }

    /// Reads a nested message: calls `body` with each of its fields, and skips what `body` leaves.
    mutating func forEachField(
        inNext count: Int,
        _ body: (inout MessageReader, ProtobufField) throws(MessageError) -> Bool
    ) throws(MessageError) {
        let outer = try limit(to: count)
        while let field = try nextField() {
            if try !body(&self, field) { try skip(field) }
        }
        restore(outer)
    }

    private mutating func readVarint() throws(MessageError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try readByte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }
}

/// The serialized form of what is hashed of a block besides its parent and its tokens.
struct HashedBytes: Sendable {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Keeps the room.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

    /// A number of so many bytes, the lowest first.
    mutating func append(_ number: UInt64, byteCount: Int = 8) {
        for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }

    /// The length as a number, then the bytes, so that ("a", "bc") is not ("ab", "c").
    mutating func appendCounted(_ text: some Collection<UInt8>) {
        append(UInt64(text.count))
        append(text)
    }
}

extension HashedBytes {
    /// Puts what begins a pickle of protocol 5 in front: all of it is one frame.
    mutating func beginPickle() {
        var pickle = HashedBytes()
        for byte: UInt8 in [0x80, 5, 0x95] { pickle.append(byte) }  // PROTO, FRAME
        pickle.append(UInt64(bytes.count))
        bytes = pickle.bytes + bytes
    }
}

// MARK: Canonical CBOR (RFC 8949)

extension HashedBytes {
    enum CBORType: UInt8 {
        case unsigned, negative, bytes, text, array, map
    }

    /// A type and its argument, which canonical CBOR writes in the fewest bytes.
    mutating func appendCBOR(_ type: CBORType, _ argument: UInt64) {
        let head = type.rawValue << 5
        switch argument {
        case 0..<24: append(head | UInt8(argument))
        case 0...0xFF: appendCBOR(head | 24, argument, byteCount: 1)
        case 0...0xFFFF: appendCBOR(head | 25, argument, byteCount: 2)
        case 0...0xFFFF_FFFF: appendCBOR(head | 26, argument, byteCount: 4)
        default: appendCBOR(head | 27, argument, byteCount: 8)
        }
    }

    private mutating func appendCBOR(_ initial: UInt8, _ argument: UInt64, byteCount: Int) {
        append(initial)
        append(argument.byteSwapped >> (64 - 8 * UInt64(byteCount)), byteCount: byteCount)
    }

    mutating func appendCBOR(_ number: Int) {
        if number >= 0 {
            appendCBOR(.unsigned, UInt64(number))
        } else {
            appendCBOR(.negative, UInt64(-1 - number))
        }
    }

    mutating func appendCBOR(_ type: CBORType, of content: some Collection<UInt8>) {
        appendCBOR(type, UInt64(content.count))
        append(content)
    }

    mutating func appendCBORNull() { append(0xF6) }
}

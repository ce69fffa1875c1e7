/// Writes the part of canonical CBOR that block hashes are made of (RFC 8949).
struct CBORWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 32) { bytes.reserveCapacity(capacity) }

    mutating func int(_ value: Int) {
        if value >= 0 { head(major: 0, UInt64(value)) } else { head(major: 1, UInt64(-1 - value)) }
    }

    mutating func bytes(_ value: [UInt8]) {
        head(major: 2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        head(major: 3, UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func array(count: Int) { head(major: 4, UInt64(count)) }

    mutating func null() { bytes.append(0xF6) }

    /// A type and its argument, which canonical CBOR writes in the fewest bytes.
    private mutating func head(major: UInt8, _ argument: UInt64) {
        let type = major << 5
        switch argument {
        case 0..<24: bytes.append(type | UInt8(argument))
        case 0...0xFF: append(type | 24, argument, byteCount: 1)
        case 0...0xFFFF: append(type | 25, argument, byteCount: 2)
        case 0...0xFFFF_FFFF: append(type | 26, argument, byteCount: 4)
        default: append(type | 27, argument, byteCount: 8)
        }
    }

    private mutating func append(_ initial: UInt8, _ argument: UInt64, byteCount: Int) {
        bytes.append(initial)
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: argument >> (8 * UInt64(index))))
        }
    }
}

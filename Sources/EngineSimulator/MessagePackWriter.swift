/// Writes MessagePack, each value in the fewest bytes, as msgspec does.
package struct MessagePackWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func null() { bytes.append(0xC0) }

    package mutating func uint(_ value: UInt64) {
        switch value {
        case 0...0x7F: bytes.append(UInt8(value))
        case 0...0xFF: append(0xCC, value, byteCount: 1)
        case 0...0xFFFF: append(0xCD, value, byteCount: 2)
        case 0...0xFFFF_FFFF: append(0xCE, value, byteCount: 4)
        default: append(0xCF, value, byteCount: 8)
        }
    }

    package mutating func int(_ value: Int) {
        guard value < 0 else { return uint(UInt64(value)) }
        let bits = UInt64(bitPattern: Int64(value))
        switch value {
        case (-32)...: bytes.append(UInt8(truncatingIfNeeded: bits))
        case (-0x80)...: append(0xD0, bits, byteCount: 1)
        case (-0x8000)...: append(0xD1, bits, byteCount: 2)
        case (-0x8000_0000)...: append(0xD2, bits, byteCount: 4)
        default: append(0xD3, bits, byteCount: 8)
        }
    }

    package mutating func double(_ value: Double) { append(0xCB, value.bitPattern, byteCount: 8) }

    package mutating func string(_ value: String) {
        let count = value.utf8.count
        switch count {
        case 0..<32: bytes.append(0xA0 | UInt8(count))
        case 0...0xFF: append(0xD9, UInt64(count), byteCount: 1)
        case 0...0xFFFF: append(0xDA, UInt64(count), byteCount: 2)
        default: append(0xDB, UInt64(count), byteCount: 4)
        }
        bytes.append(contentsOf: value.utf8)
    }

    package mutating func array(count: Int) {
        switch count {
        case 0..<16: bytes.append(0x90 | UInt8(count))
        case 0...0xFFFF: append(0xDC, UInt64(count), byteCount: 2)
        default: append(0xDD, UInt64(count), byteCount: 4)
        }
    }

    /// - Parameter isWide: Whether to use a 16-bit count even where fewer bits would do.
    package mutating func map(count: Int, isWide: Bool = false) {
        precondition(count <= 0xFFFF, "no event has so many fields")
        if count < 16, !isWide {
            bytes.append(0x80 | UInt8(count))
        } else {
            append(0xDE, UInt64(count), byteCount: 2)
        }
    }

    private mutating func append(_ type: UInt8, _ value: UInt64, byteCount: Int) {
        bytes.append(type)
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
        }
    }
}

/// One scalar of a text. A byte that belongs to none is a scalar of its own beyond all others,
/// so that whatever reads and writes scalars keeps every byte.
struct UTF8Scalar: Sendable, BitwiseCopyable {
    /// Below 0x110000, or 0x110000 and the stray byte.
    let value: UInt32
    let byteCount: Int

    static let strayByte: UInt32 = 0x110000
}

extension Span<UInt8> {
    /// The scalar that starts at `index`.
    @inline(__always)
    func utf8Scalar(at index: Int) -> UTF8Scalar {
        let byte = self[index]
        if byte < 0x80 { return UTF8Scalar(value: UInt32(byte), byteCount: 1) }
        return multibyteUTF8Scalar(at: index)
    }

    private func multibyteUTF8Scalar(at index: Int) -> UTF8Scalar {
        let lead = self[index]
        let stray = UTF8Scalar(value: UTF8Scalar.strayByte | UInt32(lead), byteCount: 1)
        let byteCount = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, count - index >= byteCount else { return stray }
        var value = UInt32(lead & (0x7F >> UInt8(byteCount)))
        for offset in 1..<byteCount {
            let byte = self[index + offset]
            guard byte & 0xC0 == 0x80 else { return stray }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value < 0x110000 else { return stray }
        return UTF8Scalar(value: value, byteCount: byteCount)
    }

    /// The scalar that ends before `index`, which is not 0.
    func utf8Scalar(before index: Int) -> UTF8Scalar {
        var start = index - 1
        while start > 0, index - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
        let whole = utf8Scalar(at: start)
        if start + whole.byteCount == index { return whole }
        return UTF8Scalar(
            value: UTF8Scalar.strayByte | UInt32(self[index - 1]),
            byteCount: 1
        )
    }
}

extension [UInt8] {
    /// Appends a scalar as `UTF8Scalar` has it.
    @inline(__always)
    mutating func append(utf8 scalar: UInt32) {
        if scalar < 0x80 {
            append(UInt8(scalar))
        } else if scalar < 0x800 {
            append(UInt8(0xC0 | scalar >> 6))
            append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            append(UInt8(0xE0 | scalar >> 12))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < UTF8Scalar.strayByte {
            append(UInt8(0xF0 | scalar >> 18))
            append(UInt8(0x80 | scalar >> 12 & 0x3F))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        } else {
            append(UInt8(truncatingIfNeeded: scalar))
        }
    }

    /// Appends part of a text.
    @inline(__always)
    mutating func append(_ text: Span<UInt8>, in range: Range<Int>) {
        unsafe text.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

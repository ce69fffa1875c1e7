extension Span<UInt8> {
    /// The scalar that starts at `index`, and its bytes. A byte that starts none is a scalar of
    /// one byte beyond all others, so that no table knows it.
    @inline(__always)
    func decodedScalar(at index: Int) -> (value: UInt32, byteCount: Int) {
        let lead = self[index]
        if lead < 0x80 { return (UInt32(lead), 1) }
        return decodedMultibyteScalar(at: index)
    }

    @inline(never)
    private func decodedMultibyteScalar(at index: Int) -> (value: UInt32, byteCount: Int) {
        let lead = self[index]
        let byteCount = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, count - index >= byteCount else {
            return (0x11_0000 + UInt32(lead), 1)
        }
        var value = UInt32(lead & (0x7F >> UInt8(byteCount)))
        for offset in 1..<byteCount {
            let byte = self[index + offset]
            guard byte & 0xC0 == 0x80 else { return (0x11_0000 + UInt32(lead), 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (value, byteCount)
    }
}

/// The bytes that hexadecimal digits spell; spaces do not count.
func bytes(hex: some Sequence<UInt8>) -> [UInt8] {
    let digits = hex.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

func bytes(hex: String) -> [UInt8] { bytes(hex: hex.utf8) }

/// Reads the generated tables: hexadecimal numbers, each followed by a space.
struct HexNumbers {
    let values: [UInt32]

    init(_ text: StaticString) {
        values = text.withUTF8Buffer { bytes in
            var values: [UInt32] = []
            values.reserveCapacity(bytes.count / 3)
            var value: UInt32 = 0
            var hasDigits = false
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                if byte == 0x20 {
                    if hasDigits { values.append(value) }
                    (value, hasDigits) = (0, false)
                } else {
                    value = value << 4 | UInt32(byte > 0x39 ? byte - 0x61 + 10 : byte - 0x30)
                    hasDigits = true
                }
            }
            return values
        }
    }
}

/// The tokens that stand for single bytes in models of characters: `<0x00>` to `<0xFF>`.
enum ByteFallback {
    static func name(of byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            + Array(">".utf8)
    }

    /// The token of each byte, `CharacterTable.none` where `vocabulary` has none.
    static func tokens(in vocabulary: Vocabulary) -> [UInt32] {
        (UInt8.min...UInt8.max).map { byte in
            vocabulary.id(of: name(of: byte).span) ?? CharacterTable.none
        }
    }
}

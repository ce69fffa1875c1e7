/// The alphabet of byte-level BPE: files write each byte as one printable character.
///
/// Bytes that print in Latin-1 stand for themselves; the other 68 are, in order, U+0100 and up.
enum ByteLevel {
    /// Byte of each character below U+0144; -1 where the alphabet has none.
    private static let byteOfCharacter: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        var next = 0x100
        for byte in 0..<0x100 {
            let prints =
                (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            table[prints ? byte : next] = Int16(byte)
            if !prints { next += 1 }
        }
        return table
    }()

    /// The character of each byte, as UTF-8.
    private static let characters: [[UInt8]] = {
        var characters = [[UInt8]](repeating: [], count: 256)
        for (character, byte) in byteOfCharacter.enumerated() where byte >= 0 {
            characters[Int(byte)].append(utf8: UInt32(character))
        }
        return characters
    }()

    /// The character that stands for `byte`, as UTF-8.
    static func character(of byte: UInt8) -> [UInt8] { characters[Int(byte)] }

    /// The bytes that `text` stands for, or nil if it has a character outside the alphabet.
    static func bytes(of text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        return appendBytes(of: text, to: &bytes) ? bytes : nil
    }

    /// Appends the bytes that `text` stands for; returns false at a character outside the
    /// alphabet.
    static func appendBytes(of text: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
        let byteOfCharacter = byteOfCharacter.span
        var index = 0
        while index < text.count {
            var character = Int(text[index])
            index += 1
            if character >= 0x80 {
                // The alphabet ends below U+0800, so two bytes are all it has.
                guard character < 0xE0, index < text.count else { return false }
                character = (character & 0x1F) << 6 | Int(text[index] & 0x3F)
                index += 1
            }
            guard character < byteOfCharacter.count, byteOfCharacter[character] >= 0 else {
                return false
            }
            bytes.append(UInt8(byteOfCharacter[character]))
        }
        return true
    }
}

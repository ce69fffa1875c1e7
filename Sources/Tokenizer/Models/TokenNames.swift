import JSON

/// The tokens of a model by the names that its file gives them.
struct TokenNames: Sendable {
    /// How names spell text.
    enum Spelling: Sendable {
        /// As UTF-8.
        case plain
        /// One character of `ByteLevel` for each byte.
        case byteLevel
    }

    let spelling: Spelling
    /// By the bytes that the names spell.
    private(set) var vocabulary = Vocabulary()
    /// Names that spell nothing: empty ones, and in byte-level spelling those with characters
    /// outside the alphabet. No text leads to them, but an added token may have their name.
    private var unreachable: [[UInt8]: UInt32] = [:]

    init(spelling: Spelling) { self.spelling = spelling }

    /// Reads the object `vocab` of a BPE, WordPiece or WordLevel model.
    init(_ value: JSONValue, spelling: Spelling) throws(TokenizerError) {
        self.spelling = spelling
        try value.forEachField { (name, value) throws(TokenizerError) in
            guard let id = value.int.flatMap(UInt32.init(exactly:)), id != MergeTable.reservedID
            else {
                throw .malformed(
                    part: "model vocab",
                    reason: "the id of \"\(name.text)\" is \(value.summary)"
                )
            }
            store(name, id: id)
        }
    }

    /// Tokens, one that was stored twice counted once.
    var count: Int { vocabulary.count + unreachable.count }

    /// Of a repeated name the last id counts.
    mutating func store(_ name: Span<UInt8>, id: UInt32) {
        if spelling == .plain, !name.isEmpty {
            vocabulary.store(name, id: id)
        } else if !name.isEmpty, let bytes = ByteLevel.bytes(of: name) {
            vocabulary.store(bytes.span, id: id)
        } else {
            unreachable[name.indices.map { name[$0] }] = id
        }
    }

    /// Stores a token by what its name spells.
    mutating func store(bytes: Span<UInt8>, id: UInt32) { vocabulary.store(bytes, id: id) }

    func id(of name: Span<UInt8>) -> UInt32? {
        if !name.isEmpty {
            if spelling == .plain { return vocabulary.id(of: name) }
            if let bytes = ByteLevel.bytes(of: name) { return vocabulary.id(of: bytes.span) }
        }
        return unreachable[name.indices.map { name[$0] }]
    }

    /// Whether each byte of UTF-8 has a token, so that any text has tokens. Some files lack those
    /// of the other 13.
    var hasEveryByteOfText: Bool {
        guard spelling == .byteLevel else { return false }
        return (UInt8.min...0xF4).allSatisfy { byte in
            byte == 0xC0 || byte == 0xC1 || vocabulary.id(of: [byte].span) != nil
        }
    }
}

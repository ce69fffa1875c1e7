import JSON

extension Normalizer {
    /// Sequences deeper than this are refused.
    private static let depthMax = 16

    /// Reads `normalizer` of a `tokenizer.json`; null changes nothing.
    init(_ json: JSONValue) throws(TokenizerError) { try self.init(json, depth: 0) }

    private init(_ json: JSONValue, depth: Int) throws(TokenizerError) {
        if json.kind == .null {
            self = .sequence([])
            return
        }
        let type = json["type"]?.string ?? "nothing"
        let part = "normalizer \(type)"
        switch type {
        case "NFC": self = .form(.nfc)
        case "NFD": self = .form(.nfd)
        case "NFKC": self = .form(.nfkc)
        case "NFKD": self = .form(.nfkd)
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .stripAccents
        case "Nmt": self = .nmt
        case "ByteLevel": self = .byteLevel
        case "Strip":
            self = .strip(
                left: try json.flag("strip_left", of: part),
                right: try json.flag("strip_right", of: part)
            )
        case "Prepend": self = .prepend(try json.text("prepend", of: part))
        case "Replace":
            self = .replace(
                try Pattern(json["pattern"], of: part),
                with: try json.text("content", of: part)
            )
        case "Precompiled": self = .precompiled(try Self.characterMap(json, part: part))
        case "BertNormalizer": self = .bert(try BertNormalizer(json))
        case "Sequence":
            self = .sequence(try Self.steps(of: json["normalizers"], depth: depth + 1))
        default:
            throw .unsupported(
                part: "normalizer",
                found: json.summary,
                expected: "a normalizer of HF tokenizers 0.23"
            )
        }
    }

    private static func steps(
        of json: JSONValue?,
        depth: Int
    ) throws(TokenizerError) -> [Normalizer] {
        guard let json, json.kind == .array, depth <= depthMax else {
            throw .malformed(part: "normalizer Sequence", reason: "it has no steps, or too deep")
        }
        var steps: [Normalizer] = []
        try json.forEachElement { (step) throws(TokenizerError) in
            steps.append(try Normalizer(step, depth: depth))
        }
        return steps
    }

    private static func characterMap(
        _ json: JSONValue,
        part: String
    ) throws(TokenizerError) -> PrecompiledCharacterMap {
        let text = try json.text("precompiled_charsmap", of: part)
        guard let bytes = Base64.decode(text.span) else {
            throw .malformed(part: part, reason: "precompiled_charsmap is not base64")
        }
        return try PrecompiledCharacterMap(bytes)
    }
}

extension BertNormalizer {
    /// `strip_accents` follows `lowercase` unless it says otherwise.
    fileprivate init(_ json: JSONValue) throws(TokenizerError) {
        let part = "normalizer BertNormalizer"
        cleansText = try json.flag("clean_text", of: part)
        padsChinese = try json.flag("handle_chinese_chars", of: part)
        lowercases = try json.flag("lowercase", of: part)
        stripsAccents = json["strip_accents"]?.bool ?? lowercases
    }
}

extension JSONValue {
    /// Bytes of a string that must be there.
    func text(_ key: StaticString, of part: String) throws(TokenizerError) -> [UInt8] {
        guard let bytes = self[key]?.bytes else {
            throw .malformed(part: part, reason: "\(key) is not a string")
        }
        return bytes
    }
}

import JSON

extension PreTokenizerStep {
    /// Sequences deeper than this are refused.
    private static let depthMax = 16

    private static let gpt2 =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// Reads `pre_tokenizer` of a `tokenizer.json`; null does nothing.
    init(_ json: JSONValue) throws(TokenizerError) {
        var steps: [PreTokenizerStep] = []
        try Self.append(json, to: &steps, depth: 0)
        try Self.mapBytes(in: &steps)
        self = steps.count == 1 ? steps[0] : .sequence(steps)
    }

    private static func append(
        _ json: JSONValue,
        to steps: inout [PreTokenizerStep],
        depth: Int
    ) throws(TokenizerError) {
        if json.kind == .null { return }
        guard json["type"]?.string == "Sequence" else {
            return steps.append(try step(json))
        }
        guard let inner = json["pretokenizers"], inner.kind == .array, depth < depthMax else {
            throw .malformed(part: "pre_tokenizer Sequence", reason: "it has no steps, or too deep")
        }
        try inner.forEachElement { (json) throws(TokenizerError) in
            try append(json, to: &steps, depth: depth + 1)
        }
    }

    /// What follows ByteLevel sees characters instead of bytes.
    private static func mapBytes(in steps: inout [PreTokenizerStep]) throws(TokenizerError) {
        let place = steps.firstIndex { if case .byteLevel = $0 { true } else { false } }
        guard let place, place + 1 < steps.count,
            case .byteLevel(let addsPrefixSpace, let splitter, _) = steps[place]
        else { return }
        let adds = steps[(place + 1)...].contains {
            switch $0 {
            case .metaspace, .byteLevel: true
            default: false
            }
        }
        guard !adds else {
            throw .unsupported(
                part: "pre_tokenizer",
                found: "Metaspace or ByteLevel after ByteLevel",
                expected: "steps that only split after ByteLevel"
            )
        }
        steps[place] = .byteLevel(
            addsPrefixSpace: addsPrefixSpace,
            splitter: splitter,
            mapsBytes: true
        )
        steps.append(.bytesOfCharacters)
    }

    private static func step(_ json: JSONValue) throws(TokenizerError) -> PreTokenizerStep {
        let type = json["type"]?.string ?? "nothing"
        let part = "pre_tokenizer \(type)"
        switch type {
        case "ByteLevel": return try byteLevel(json, part: part)
        case "Metaspace": return .metaspace(try Metaspace(json, part: part))
        case "Whitespace": return .whitespace
        case "WhitespaceSplit": return .whitespaceSplit
        case "Punctuation": return .punctuation(try behavior(of: json, part: part, .isolated))
        case "Digits":
            return .digits(individually: try json.flag("individual_digits", of: part))
        case "BertPreTokenizer": return .bert
        case "CharDelimiterSplit":
            return .delimiter(try json.character("delimiter", of: part).scalar)
        case "UnicodeScripts": return .unicodeScripts
        case "FixedLength":
            let length = json["length"].map { $0.int ?? 0 } ?? 5
            guard length > 0 else {
                throw .malformed(part: part, reason: "length is no number of characters")
            }
            return .fixedLength(length)
        case "Split": return .split(try PatternSplitter(json, part: part))
        default:
            throw .unsupported(
                part: "pre_tokenizer",
                found: json.summary,
                expected: "a pre-tokenizer of HF tokenizers 0.23"
            )
        }
    }

    private static func byteLevel(
        _ json: JSONValue,
        part: String
    ) throws(TokenizerError) -> PreTokenizerStep {
        var splitter: PatternSplitter?
        if json["use_regex"] == nil ? true : try json.flag("use_regex", of: part) {
            do throws(PatternError) {
                splitter = PatternSplitter(
                    pattern: try Pattern(regex: gpt2),
                    behavior: .isolated,
                    isInverted: false
                )
            } catch { throw .malformed(part: part, reason: "\(error)") }
        }
        return .byteLevel(
            addsPrefixSpace: try json.flag("add_prefix_space", of: part),
            splitter: splitter,
            mapsBytes: false
        )
    }

    fileprivate static func behavior(
        of json: JSONValue,
        part: String,
        _ missing: SplitBehavior? = nil
    ) throws(TokenizerError) -> SplitBehavior {
        guard let value = json["behavior"] else {
            guard let missing else {
                throw .malformed(part: part, reason: "behavior is missing")
            }
            return missing
        }
        guard let behavior = SplitBehavior(rawValue: value.string ?? "") else {
            throw .unsupported(
                part: "\(part) behavior",
                found: value.summary,
                expected: "one of five"
            )
        }
        return behavior
    }
}

extension PatternSplitter {
    fileprivate init(_ json: JSONValue, part: String) throws(TokenizerError) {
        self.init(
            pattern: try Pattern(json["pattern"], of: part),
            behavior: try PreTokenizerStep.behavior(of: json, part: part),
            isInverted: try json.flag("invert", of: part)
        )
    }
}

extension Metaspace {
    /// `add_prefix_space` is from older files; where it contradicts `prepend_scheme`, the file
    /// does not load in HF tokenizers either.
    fileprivate init(_ json: JSONValue, part: String) throws(TokenizerError) {
        replacement = try json.character("replacement", of: part).utf8
        let scheme = json["prepend_scheme"].map { $0.string ?? "" } ?? Prepending.always.rawValue
        guard let prepending = Prepending(rawValue: scheme) else {
            throw .malformed(part: part, reason: "prepend_scheme is not always, first or never")
        }
        if json["add_prefix_space"]?.bool == false, prepending != .never {
            throw .malformed(part: part, reason: "add_prefix_space contradicts prepend_scheme")
        }
        self.prepending = prepending
        splits = json["split"]?.bool ?? true
    }
}

extension JSONValue {
    /// A string of one scalar.
    fileprivate func character(
        _ key: StaticString,
        of part: String
    ) throws(TokenizerError) -> (utf8: [UInt8], scalar: UInt32) {
        let bytes = try text(key, of: part)
        guard !bytes.isEmpty, bytes.span.utf8Scalar(at: 0).byteCount == bytes.count else {
            throw .malformed(part: part, reason: "\(key) is not one character")
        }
        return (bytes, bytes.span.utf8Scalar(at: 0).value)
    }
}

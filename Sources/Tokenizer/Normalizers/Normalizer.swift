/// What a tokenizer does to text before it splits it, as HF tokenizers does.
///
/// Thread safety: an immutable value; any thread may use it. Bytes that are not UTF-8 pass through.
indirect enum Normalizer: Sendable {
    case form(NormalizationForm)
    case lowercase
    case stripAccents
    /// Removes whitespace at the ends.
    case strip(left: Bool, right: Bool)
    /// Goes before all text but an empty one.
    case prepend([UInt8])
    case replace(Pattern, with: [UInt8])
    case nmt
    case precompiled(PrecompiledCharacterMap)
    case bert(BertNormalizer)
    /// Writes every byte as one character of the alphabet of byte-level BPE.
    case byteLevel
    case sequence([Normalizer])

    /// Appends the normalized text to `output`.
    func normalize(_ text: Span<UInt8>, to output: inout [UInt8]) {
        switch self {
        case .form(let form): form.normalize(text, to: &output)
        case .lowercase: Lowercase.normalize(text, to: &output)
        case .stripAccents:
            text.filterScalars(to: &output) { !TextProperty.of($0).contains(.accent) }
        case .strip(let left, let right):
            output.append(text, in: text.withoutWhitespace(left: left, right: right))
        case .prepend(let prefix):
            if !text.isEmpty { output += prefix }
            output.append(text, in: 0..<text.count)
        case .replace(let pattern, let replacement):
            Self.replace(pattern, with: replacement, in: text, to: &output)
        case .nmt: Self.nmt(text, to: &output)
        case .precompiled(let map): map.normalize(text, to: &output)
        case .bert(let bert): bert.normalize(text, to: &output)
        case .byteLevel:
            for index in text.indices { output += ByteLevel.character(of: text[index]) }
        case .sequence(let steps): Self.run(steps, on: text, to: &output)
        }
    }

    /// True if normalizing changes nothing. May be false though nothing changes, where only doing
    /// it would tell.
    func leavesUnchanged(_ text: Span<UInt8>) -> Bool {
        if text.isEmpty { return true }
        return switch self {
        case .form(let form): form.leavesUnchanged(text)
        case .lowercase: Lowercase.leavesUnchanged(text)
        case .strip(let left, let right):
            text.withoutWhitespace(left: left, right: right) == 0..<text.count
        case .replace(let pattern, _):
            pattern.isLiteral && pattern.firstMatch(in: text, from: 0) == nil
        case .sequence(let steps): steps.allSatisfy { $0.leavesUnchanged(text) }
        case .prepend(let prefix): prefix.isEmpty
        case .stripAccents, .nmt, .precompiled, .bert, .byteLevel: false
        }
    }

    /// Whether it changes no text at all.
    var isIdentity: Bool {
        switch self {
        case .strip(let left, let right): !left && !right
        case .prepend(let prefix): prefix.isEmpty
        case .bert(let bert): bert.isIdentity
        case .sequence(let steps): steps.allSatisfy(\.isIdentity)
        default: false
        }
    }
}

extension Normalizer {
    private static func run(
        _ steps: [Normalizer],
        on text: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        var current: [UInt8]?
        for step in steps {
            var next: [UInt8] = []
            if let current {
                if step.leavesUnchanged(current.span) { continue }
                step.normalize(current.span, to: &next)
            } else {
                if step.leavesUnchanged(text) { continue }
                step.normalize(text, to: &next)
            }
            current = next
        }
        if let current { output += current } else { output.append(text, in: 0..<text.count) }
    }

    private static func replace(
        _ pattern: Pattern,
        with replacement: [UInt8],
        in text: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        var copied = 0
        pattern.forEachMatch(in: text) { match in
            output.append(text, in: copied..<match.lowerBound)
            output += replacement
            copied = match.upperBound
        }
        output.append(text, in: copied..<text.count)
    }

    private static func nmt(_ text: Span<UInt8>, to output: inout [UInt8]) {
        text.forEachScalar { scalar in
            let property = TextProperty.of(scalar)
            if property.contains(.nmtRemoved) { return }
            output.append(utf8: property.contains(.nmtSpace) ? 0x20 : scalar)
        }
    }
}

extension Span<UInt8> {
    func forEachScalar(_ body: (UInt32) -> Void) {
        var index = 0
        while index < count {
            let scalar = utf8Scalar(at: index)
            body(scalar.value)
            index += scalar.byteCount
        }
    }

    fileprivate func filterScalars(to output: inout [UInt8], _ keeps: (UInt32) -> Bool) {
        forEachScalar { if keeps($0) { output.append(utf8: $0) } }
    }

    fileprivate func withoutWhitespace(left: Bool, right: Bool) -> Range<Int> {
        var start = 0
        var end = count
        while left, start < end {
            let scalar = utf8Scalar(at: start)
            guard TextProperty.of(scalar.value).contains(.whitespace) else { break }
            start += scalar.byteCount
        }
        while right, start < end {
            let scalar = utf8Scalar(before: end)
            guard TextProperty.of(scalar.value).contains(.whitespace) else { break }
            end -= scalar.byteCount
        }
        return start..<end
    }
}

/// Filters of texts.
extension Filter {
    func textual(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        let text = PythonFormat.text(of: value)
        try run.charge(bytes: text.count)
        switch self {
        case .upper: return .string(PythonText.uppercased(text))
        case .lower: return .string(PythonText.lowercased(text))
        case .capitalize: return .string(PythonText.capitalized(text))
        case .title: return .string(Self.title(text))
        case .trim:
            return try TextMethod.strip.call(
                on: text,
                CallArguments(positional: given.compactMap(\.self)),
                in: run
            )
        case .center:
            let width = given[0] ?? .int(80)
            return try TextMethod.center.call(on: text, CallArguments(positional: [width]), in: run)
        case .replace:
            guard let old = given[0], let new = given[1] else {
                throw .failed("replace takes two texts")
            }
            let count = given[2].flatMap { $0.isNone ? nil : $0 }
            return .string(
                try TextMethod.replaced(
                    text,
                    PythonFormat.text(of: old),
                    by: PythonFormat.text(of: new),
                    countMax: try TextMethod.int(count, else: -1),
                    in: run
                )
            )
        case .indent: return try indented(value, given, in: run)
        case .truncate: return try truncated(value, given, in: run)
        case .wordcount: return .int(Self.wordCount(text))
        case .escape, .e, .forceescape: return .string(Self.escaped(text))
        case .urlencode: return .string(try Self.urlEncoded(value, in: run))
        default: throw TemplateError(.unsupported, "the filter \(rawValue)")
        }
    }

    /// Unlike `str.title`, only after spaces, hyphens and opening brackets.
    private static func title(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var word: [Unicode.Scalar] = []
        func flush() {
            guard let first = word.first else { return }
            result += Array(first.properties.uppercaseMapping.utf8)
            result += PythonText.lowercased(PythonText.bytes(of: word.dropFirst()))
            word = []
        }
        for scalar in PythonText.scalars(of: text) {
            switch scalar {
            case "-", "(", "{", "[", "<": break
            default:
                if !PythonText.isSpace(scalar) {
                    word.append(scalar)
                    continue
                }
            }
            flush()
            PythonText.append(scalar, to: &result)
        }
        flush()
        return result
    }

    private func indented(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        guard case .string(let text) = value else { throw .failed("indent takes a text") }
        let indentation: [UInt8]
        if case .string(let text)? = given[0] {
            indentation = text
        } else {
            let width = try TextMethod.int(given[0], else: 4)
            indentation = try run.repeated([.space], Swift.max(0, width)).text ?? []
        }
        let (first, blank) = (given[1]?.isTrue ?? false, given[2]?.isTrue ?? false)
        var result: [UInt8] = first ? indentation : []
        for (index, line) in PythonText.lines(of: text + [.newline]).enumerated() {
            if index > 0 {
                result.append(.newline)
                if blank || !line.isEmpty { result += indentation }
                try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : 16)
            }
            result += line
        }
        return .string(result)
    }

    private func truncated(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        let length = try TextMethod.int(given[0], else: 255)
        let end = PythonText.scalars(of: try TextMethod.optionalText(given[2]) ?? [UInt8]("..."))
        let leeway = try TextMethod.int(given[3].flatMap { $0.isNone ? nil : $0 }, else: 5)
        guard length >= end.count, leeway >= 0 else { throw .failed("truncate to that length") }
        let (countMax, overflow) = length.addingReportingOverflow(leeway)
        guard !overflow, try run.count(of: value) > countMax else { return value }
        guard case .string(let text) = value else { throw .failed("truncate takes a text") }
        let scalars = PythonText.scalars(of: text)
        var kept = scalars[..<(length - end.count)]
        if !(given[1]?.isTrue ?? false), let space = kept.lastIndex(of: " ") {
            kept = kept[..<space]
        }
        return .string(PythonText.bytes(of: Array(kept) + end))
    }

    private static func wordCount(_ text: [UInt8]) -> Int {
        var count = 0
        var isInWord = false
        for scalar in PythonText.scalars(of: text) {
            let isWord =
                scalar == "_" || PythonText.isLetter(scalar) || PythonText.isNumeric(scalar)
            if isWord, !isInWord { count += 1 }
            isInWord = isWord
        }
        return count
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): result.append("&amp;")
            case UInt8(ascii: "<"): result.append("&lt;")
            case UInt8(ascii: ">"): result.append("&gt;")
            case UInt8(ascii: "'"): result.append("&#39;")
            case UInt8(ascii: "\""): result.append("&#34;")
            default: result.append(byte)
            }
        }
        return result
    }

    private static func urlEncoded(_ value: Value, in run: Run) throws(TemplateError) -> [UInt8] {
        let pairs: [Value]
        switch value {
        case .dict(let dict): pairs = dict.items
        case .list, .tuple, .object, .undefined: pairs = try run.items(of: value)
        default: return quoted(PythonFormat.text(of: value), isQuery: false)
        }
        var parts: [[UInt8]] = []
        for pair in pairs {
            let items = try run.items(of: pair)
            guard items.count == 2 else { throw .failed("urlencode takes pairs") }
            let texts = items.map { quoted(PythonFormat.text(of: $0), isQuery: true) }
            parts.append(texts[0] + [UInt8(ascii: "=")] + texts[1])
        }
        return Array(parts.joined(separator: [UInt8(ascii: "&")]))
    }

    private static func quoted(_ text: [UInt8], isQuery: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"): result.append(byte)
            case UInt8(ascii: "/") where !isQuery: result.append(byte)
            case .space where isQuery: result.append(UInt8(ascii: "+"))
            case _ where byte.isNameByte: result.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += Array((digits.utf8.count < 2 ? "%0" : "%").utf8) + Array(digits.utf8)
            }
        }
        return result
    }
}

/// A method of Python's `str`.
enum TextMethod: String, Sendable {
    case strip, lstrip, rstrip, split, rsplit, splitlines, partition, rpartition
    case startswith, endswith, removeprefix, removesuffix
    case find, rfind, rindex, replace, join, format
    case upper, lower, title, capitalize, swapcase, casefold
    case isdigit, isdecimal, isnumeric, isalpha, isalnum, isspace, isupper, islower, istitle
    case isascii, isidentifier, isprintable
    case zfill, center, ljust, rjust, expandtabs, encode, translate, maketrans
    case formatMap = "format_map"

    func call(
        on text: [UInt8],
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        switch self {
        case .format: return .string(try TextFormat.format(text, with: arguments, in: run))
        case .formatMap, .encode, .translate, .maketrans:
            throw TemplateError(.unsupported, "str.\(rawValue)")
        default: break
        }
        let given = try arguments.bound(to: parameters, of: rawValue)
        switch self {
        case .strip, .lstrip, .rstrip:
            return .string(Array(try stripped(text[...], of: try chars(given[0]))))
        case .split, .rsplit:
            return try run.list(
                try Self.split(
                    text,
                    separator: try Self.optionalText(given[0]),
                    countMax: try Self.int(given[1], else: -1),
                    fromEnd: self == .rsplit
                ).map { .string($0) }
            )
        case .splitlines:
            let lines = PythonText.lines(of: text, keepingEnds: given[0]?.isTrue ?? false)
            return try run.list(lines.map { .string($0) })
        case .partition, .rpartition: return try partitioned(text, at: try Self.text(given[0]))
        case .startswith, .endswith: return .bool(try touches(text, given))
        case .removeprefix:
            let prefix = try Self.text(given[0])
            return .string(text.starts(with: prefix) ? Array(text.dropFirst(prefix.count)) : text)
        case .removesuffix:
            let suffix = try Self.text(given[0])
            return .string(
                text.reversed().starts(with: suffix.reversed())
                    ? Array(text.dropLast(suffix.count)) : text
            )
        case .find, .rfind: return .int(try Self.find(text, given, last: self == .rfind) ?? -1)
        case .rindex:
            guard let index = try Self.find(text, given, last: true) else {
                throw .failed("substring not found")
            }
            return .int(index)
        case .replace:
            let (old, new) = (try Self.text(given[0]), try Self.text(given[1]))
            let count = try Self.int(given[2], else: -1)
            return .string(try Self.replaced(text, old, by: new, countMax: count, in: run))
        case .join:
            guard let items = given[0] else { throw .failed("join() takes one argument") }
            var parts: [[UInt8]] = []
            for item in try run.items(of: items) {
                parts.append(try Self.text(item))
                try run.charge(bytes: text.count)
            }
            return .string(Array(parts.joined(separator: text)))
        case .zfill, .center, .ljust, .rjust: return .string(try padded(text, given, in: run))
        case .expandtabs:
            return .string(try expanded(text, tabSize: try Self.int(given[0], else: 8), in: run))
        case .upper: return .string(PythonText.uppercased(text))
        case .lower, .casefold: return .string(PythonText.lowercased(text))
        case .title: return .string(PythonText.titlecased(text))
        case .capitalize: return .string(PythonText.capitalized(text))
        case .swapcase: return .string(PythonText.swappedCase(text))
        default: return .bool(isTrue(of: text))
        }
    }

    private var parameters: [String] {
        switch self {
        case .strip, .lstrip, .rstrip: ["chars"]
        case .split, .rsplit: ["sep", "maxsplit"]
        case .splitlines: ["keepends"]
        case .partition, .rpartition: ["sep"]
        case .startswith, .endswith, .find, .rfind, .rindex: ["part", "start", "end"]
        case .removeprefix, .removesuffix: ["part"]
        case .replace: ["old", "new", "count"]
        case .join: ["iterable"]
        case .zfill: ["width"]
        case .center, .ljust, .rjust: ["width", "fillchar"]
        case .expandtabs: ["tabsize"]
        default: []
        }
    }

    // MARK: Arguments

    static func text(_ value: Value?) throws(TemplateError) -> [UInt8] {
        guard let text = value?.text else {
            throw .failed("a str is required, not '\(value?.typeName ?? "nothing")'")
        }
        return text
    }

    static func optionalText(_ value: Value?) throws(TemplateError) -> [UInt8]? {
        guard let value, !value.isNone else { return nil }
        return try text(value)
    }

    static func int(_ value: Value?, else fallback: Int) throws(TemplateError) -> Int {
        switch value {
        case nil: return fallback
        case .int(let value): return value
        case .bool(let value): return value ? 1 : 0
        case let value?: throw .failed("'\(value.typeName)' is no integer")
        }
    }

    private func chars(_ value: Value?) throws(TemplateError) -> [Unicode.Scalar]? {
        try Self.optionalText(value).map { PythonText.scalars(of: $0) }
    }

    private func stripped(
        _ text: ArraySlice<UInt8>,
        of chars: [Unicode.Scalar]?
    ) throws(TemplateError) -> ArraySlice<UInt8> {
        var rest = text
        if self != .rstrip {
            rest =
                chars.map { PythonText.strippedLeft(rest, of: $0) }
                ?? PythonText.strippedLeft(rest)
        }
        if self != .lstrip {
            rest =
                chars.map { PythonText.strippedRight(rest, of: $0) }
                ?? PythonText.strippedRight(rest)
        }
        return rest
    }

    private func isTrue(of text: [UInt8]) -> Bool {
        let scalars = PythonText.scalars(of: text)
        func all(_ holds: (Unicode.Scalar) -> Bool) -> Bool {
            !scalars.isEmpty && scalars.allSatisfy(holds)
        }
        switch self {
        case .isdigit: return all(PythonText.isDigit)
        case .isdecimal: return all(PythonText.isDecimal)
        case .isnumeric: return all(PythonText.isNumeric)
        case .isalpha: return all(PythonText.isLetter)
        case .isalnum: return all { PythonText.isLetter($0) || PythonText.isNumeric($0) }
        case .isspace: return all(PythonText.isSpace)
        case .isupper: return PythonText.isCased(text, upper: true)
        case .islower: return PythonText.isCased(text, upper: false)
        case .istitle:
            return text == PythonText.titlecased(text)
                && scalars.contains { $0.properties.isCased }
        case .isascii: return PythonText.isASCII(text)
        case .isprintable: return scalars.allSatisfy(PythonText.isPrintable)
        default:
            return scalars.first.map { $0 == "_" || $0.properties.isXIDStart } ?? false
                && scalars.allSatisfy { $0.properties.isXIDContinue }
        }
    }
}

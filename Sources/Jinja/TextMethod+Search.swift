/// Cutting and searching.
extension TextMethod {
    static func split(
        _ text: [UInt8],
        separator: [UInt8]?,
        countMax: Int,
        fromEnd: Bool
    ) throws(TemplateError) -> [[UInt8]] {
        guard let separator else {
            return splitAtSpace(text, countMax: countMax, fromEnd: fromEnd)
        }
        guard !separator.isEmpty else { throw .failed("empty separator") }
        var parts: [[UInt8]] = []
        var rest = text[...]
        while countMax < 0 || parts.count < countMax {
            let hit =
                fromEnd
                ? PythonText.lastIndex(of: separator, in: rest)
                : PythonText.firstIndex(of: separator, in: rest)
            guard let hit else { break }
            let end = hit + separator.count
            parts.append(Array(fromEnd ? rest[end...] : rest[..<hit]))
            rest = fromEnd ? rest[..<hit] : rest[end...]
        }
        parts.append(Array(rest))
        return fromEnd ? parts.reversed() : parts
    }

    private static func splitAtSpace(
        _ text: [UInt8],
        countMax: Int,
        fromEnd: Bool
    ) -> [[UInt8]] {
        var scalars = PythonText.scalars(of: text)
        if fromEnd { scalars.reverse() }
        var parts: [[Unicode.Scalar]] = []
        var index = 0
        while true {
            while index < scalars.count, PythonText.isSpace(scalars[index]) { index += 1 }
            guard index < scalars.count else { break }
            if countMax >= 0, parts.count == countMax {
                parts.append(Array(scalars[index...]))
                break
            }
            let start = index
            while index < scalars.count, !PythonText.isSpace(scalars[index]) { index += 1 }
            parts.append(Array(scalars[start..<index]))
        }
        if fromEnd { parts = parts.reversed().map { $0.reversed() } }
        return parts.map { PythonText.bytes(of: $0) }
    }

    func partitioned(_ text: [UInt8], at separator: [UInt8]) throws(TemplateError) -> Value {
        guard !separator.isEmpty else { throw .failed("empty separator") }
        let hit =
            self == .partition
            ? PythonText.firstIndex(of: separator, in: text[...])
            : PythonText.lastIndex(of: separator, in: text[...])
        var parts: [[UInt8]]
        if let hit {
            parts = [Array(text[..<hit]), separator, Array(text[(hit + separator.count)...])]
        } else {
            parts = self == .partition ? [text, [], []] : [[], [], text]
        }
        return .tuple(ValueList(parts.map { .string($0) }))
    }

    func touches(_ text: [UInt8], _ given: [Value?]) throws(TemplateError) -> Bool {
        let whole = try Self.part(of: text, given[1], given[2])
        var wanted: [[UInt8]] = []
        if case .tuple(let tuple) = given[0] {
            for item in tuple.items { wanted.append(try Self.text(item)) }
        } else {
            wanted = [try Self.text(given[0])]
        }
        return wanted.contains { part in
            self == .startswith
                ? whole.starts(with: part) : whole.reversed().starts(with: part.reversed())
        }
    }

    /// The part of `text` between two of Python's indices.
    private static func part(
        of text: [UInt8],
        _ start: Value?,
        _ end: Value?
    ) throws(TemplateError) -> ArraySlice<UInt8> {
        if start == nil, end == nil { return text[...] }
        let count = PythonText.count(of: text)
        func position(_ value: Value?, else fallback: Int) throws(TemplateError) -> Int {
            guard let value, !value.isNone else { return fallback }
            let index = try int(value, else: fallback)
            return max(0, min(count, index < 0 ? index &+ count : index))
        }
        let first = try position(start, else: 0)
        let last = try position(end, else: count)
        guard first <= last else { return [] }
        let scalars = PythonText.scalars(of: text)
        return PythonText.bytes(of: scalars[first..<last])[...]
    }

    /// The index, in code points, of a part of `text`.
    static func find(
        _ text: [UInt8],
        _ given: [Value?],
        last: Bool
    ) throws(TemplateError) -> Int? {
        let wanted = try Self.text(given[0])
        let whole = try part(of: text, given[1], given[2])
        let hit =
            last
            ? PythonText.lastIndex(of: wanted, in: whole)
            : PythonText.firstIndex(of: wanted, in: whole)
        guard let hit else { return nil }
        var offset = try int(given[1].flatMap { $0.isNone ? nil : $0 }, else: 0)
        if offset < 0 { offset = max(0, offset &+ PythonText.count(of: text)) }
        return offset + PythonText.count(of: whole[whole.startIndex..<hit])
    }

    static func index(
        _ text: [UInt8],
        _ arguments: CallArguments
    ) throws(TemplateError) -> Value {
        let given = try arguments.bound(to: ["part", "start", "end"], of: "index")
        guard let index = try find(text, given, last: false) else {
            throw .failed("substring not found")
        }
        return .int(index)
    }

    static func count(
        _ text: [UInt8],
        _ arguments: CallArguments
    ) throws(TemplateError) -> Value {
        let given = try arguments.bound(to: ["part", "start", "end"], of: "count")
        let wanted = try Self.text(given[0])
        var rest = try part(of: text, given[1], given[2])
        guard !wanted.isEmpty else { return .int(PythonText.count(of: rest) + 1) }
        var count = 0
        while let hit = PythonText.firstIndex(of: wanted, in: rest) {
            count += 1
            rest = rest[(hit + wanted.count)...]
        }
        return .int(count)
    }

    static func replaced(
        _ text: [UInt8],
        _ old: [UInt8],
        by new: [UInt8],
        countMax: Int,
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        var result: [UInt8] = []
        var count = 0
        if old.isEmpty {
            for character in PythonText.characters(of: text) {
                if countMax < 0 || count < countMax { result += new }
                count += 1
                result += character.text ?? []
                try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : new.count)
            }
            if countMax < 0 || count < countMax { result += new }
            return result
        }
        var rest = text[...]
        while countMax < 0 || count < countMax,
            let hit = PythonText.firstIndex(of: old, in: rest)
        {
            result += rest[..<hit]
            result += new
            try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : new.count)
            rest = rest[(hit + old.count)...]
            count += 1
        }
        return result + rest
    }

    func padded(
        _ text: [UInt8],
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        guard let width = given[0] else { throw .failed("a width is required") }
        let missing = max(0, try Self.int(width, else: 0) - PythonText.count(of: text))
        let fill =
            self == .zfill ? [UInt8(ascii: "0")] : try Self.optionalText(given[1]) ?? [.space]
        guard PythonText.count(of: fill) == 1 else {
            throw .failed("The fill character must be exactly one character long")
        }
        func padding(_ count: Int) throws(TemplateError) -> [UInt8] {
            try run.repeated(fill, count).text ?? []
        }
        switch self {
        case .ljust: return text + (try padding(missing))
        case .rjust: return try padding(missing) + text
        case .zfill:
            let hasSign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
            return text.prefix(hasSign ? 1 : 0) + (try padding(missing))
                + text.dropFirst(hasSign ? 1 : 0)
        default:
            let width = missing + PythonText.count(of: text)
            let left = missing / 2 + (missing & width & 1)
            return try padding(left) + text + (try padding(missing - left))
        }
    }

    func expanded(
        _ text: [UInt8],
        tabSize: Int,
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        var result: [UInt8] = []
        var column = 0
        for scalar in PythonText.scalars(of: text) {
            if scalar == "\t" {
                let width = tabSize > 0 ? tabSize - column % tabSize : 0
                result += try run.repeated([.space], width).text ?? []
                column += width
            } else {
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
                PythonText.append(scalar, to: &result)
            }
        }
        return result
    }
}

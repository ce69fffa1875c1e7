/// The classes of code points that patterns name, with Unicode 16's members as HF tokenizers
/// has them.
enum PatternProperty {
    /// In the order of the numbers in the generated table.
    private static let categories = [
        "cc", "cf", "cn", "co", "cs", "ll", "lm", "lo", "lt", "lu", "mc", "me", "mn", "nd", "nl",
        "no", "pc", "pd", "pe", "pf", "pi", "po", "ps", "sc", "sk", "sm", "so", "zl", "zp", "zs",
    ]
    /// In the order of the numbers in the generated table, from 1.
    private static let scripts = [
        "arabic", "armenian", "bengali", "bopomofo", "cyrillic", "devanagari", "ethiopic",
        "georgian", "greek", "gujarati", "gurmukhi", "han", "hangul", "hebrew", "hiragana",
        "kannada", "katakana", "khmer", "lao", "latin", "malayalam", "mongolian", "myanmar",
        "oriya", "sinhala", "tamil", "telugu", "thai", "tibetan", "common", "inherited",
    ]
    private static let groups = [
        "other": "c", "letter": "l", "mark": "m", "number": "n", "punctuation": "p",
        "symbol": "s", "separator": "z",
    ]
    private static let spaceBit: UInt32 = 32
    private static let wordBit: UInt32 = 64
    private static let bracketedWordBit: UInt32 = 128

    private static let properties = runs(patternPropertyTable)
    private static let scriptRuns = runs(patternScriptTable)

    static let digits = members { categories[Int($0 & 31)] == "nd" }
    static let whitespace = members { $0 & spaceBit != 0 }
    /// `\w`, which has a few members more outside of brackets.
    static let word = members { $0 & wordBit != 0 }
    static let bracketedWord = members { $0 & bracketedWordBit != 0 }

    /// The class of a name as in `\p{name}`; case, spaces, `_` and `-` do not count.
    static func named(_ name: String) -> ScalarSet? {
        let plain = name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
        let key = groups[plain] ?? plain
        if key == "any" { return .all }
        if categories.contains(key) || groups.values.contains(key) {
            return members { categories[Int($0 & 31)].hasPrefix(key) }
        }
        guard let script = scripts.firstIndex(of: key) else { return nil }
        return ScalarSet(scriptRuns.filter { $0.value == script + 1 }.map(\.range))
    }

    private static func members(_ isMember: (UInt32) -> Bool) -> ScalarSet {
        ScalarSet(properties.filter { isMember($0.value) }.map(\.range))
    }

    private struct Run {
        let range: ClosedRange<UInt32>
        let value: UInt32
    }

    private static func runs(_ table: StaticString) -> [Run] {
        let numbers = HexNumbers(table).values
        var runs: [Run] = []
        var start: UInt32 = 0
        var value: UInt32 = 0
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            let next = start + numbers[index]
            if next > start { runs.append(Run(range: start...next - 1, value: value)) }
            (start, value) = (next, numbers[index + 1])
        }
        runs.append(Run(range: start...ScalarSet.scalarMax, value: value))
        return runs
    }
}

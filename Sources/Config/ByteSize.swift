/// Sizes in memory as llm-d's documents write them, by the rules of Go's `humanize.ParseBytes`.
enum ByteSize {
    private static let units: [String: Double] = [
        "": 1, "b": 1,
        "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
        "ki": 0x1p10, "kib": 0x1p10, "mi": 0x1p20, "mib": 0x1p20, "gi": 0x1p30, "gib": 0x1p30,
        "ti": 0x1p40, "tib": 0x1p40,
    ]

    /// `2GiB`, `512 MB`, `1.5g`, `1048576`. Nil for anything else.
    static func bytes(of text: String) -> Int? {
        guard text.utf8.count <= 32 else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let number = Double(digits), let scale = units[unit] else { return nil }
        return Int(exactly: (number * scale).rounded(.down))
    }

    /// In the greatest unit that leaves a whole number.
    static func text(of bytes: Int) -> String {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        let unit = units.first { bytes > 0 && bytes.isMultiple(of: 1 << $0.0) }
        return unit.map { "\(bytes >> $0.0)\($0.1)" } ?? "\(bytes)"
    }
}

/// Syllables of Hangul, which compose by arithmetic (The Unicode Standard, section 3.12).
enum Hangul {
    static let syllables: Range<UInt32> = 0xAC00..<0xAC00 + 11172
    static let leads: Range<UInt32> = 0x1100..<0x1113
    static let vowels: Range<UInt32> = 0x1161..<0x1176
    static let finals: Range<UInt32> = 0x11A8..<0x11C3

    private static let finalCount: UInt32 = 28

    static func composition(of first: UInt32, and second: UInt32) -> UInt32? {
        if leads.contains(first), vowels.contains(second) {
            let place = (first - leads.lowerBound) * UInt32(vowels.count)
            return syllables.lowerBound + (place + second - vowels.lowerBound) * finalCount
        }
        guard syllables.contains(first), finals.contains(second),
            (first - syllables.lowerBound) % finalCount == 0
        else { return nil }
        return first + second - finals.lowerBound + 1
    }

    /// The two or three parts of a syllable.
    static func decompose(_ syllable: UInt32, _ body: (UInt32) -> Void) {
        let place = syllable - syllables.lowerBound
        let vowelCount = UInt32(vowels.count)
        body(leads.lowerBound + place / (vowelCount * finalCount))
        body(vowels.lowerBound + place / finalCount % vowelCount)
        if place % finalCount > 0 { body(finals.lowerBound - 1 + place % finalCount) }
    }
}

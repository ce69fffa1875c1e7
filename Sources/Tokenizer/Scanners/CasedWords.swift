/// The words of patterns that split at a change of case, such as `camelCase`:
///
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|…)?
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|…)?
///
/// The first alternative takes all upper case scalars that it can, then lower case ones. Without
/// any of the latter it gives back up to the last scalar that is both, and ends after that one.
/// If there is none either, the second alternative takes the upper case scalars alone.
struct CasedWords: Sendable {
    private let hasContractions: Bool
    /// Scalars of these classes are in no such word: `&&[^\p{Han}]`.
    private let excluded: UnicodeClass
    private let classes = UnicodeClasses.unicode16

    /// `[\p{Lm}\p{Lo}\p{M}]`: upper and lower case at once.
    private static let caseless: UnicodeClass = [.modifierLetter, .otherLetter, .mark]
    private static let upper = caseless.union([.uppercaseLetter, .titlecaseLetter])
    private static let lower = caseless.union(.lowercaseLetter)
    private static let any = upper.union(lower)

    init(hasContractions: Bool, excluded: UnicodeClass) {
        (self.hasContractions, self.excluded) = (hasContractions, excluded)
    }

    /// Where the word that starts with the scalar `first` at `start` ends; nil if none does.
    func end(in text: Span<UInt8>, from start: Int, first: UnicodeClasses.Scalar) -> Int? {
        if has(Self.any, first.classes) { return lettersEnd(in: text, from: start) }
        let second = start + first.byteCount
        guard second < text.count, !first.classes.intersects([.letter, .number]),
            !PatternByte.isNewline(text[start]),
            has(Self.any, classes.scalar(in: text, at: second).classes)
        else { return nil }
        return lettersEnd(in: text, from: second)
    }

    /// - Precondition: a scalar of a word is at `start`.
    private func lettersEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var caselessEnd: Int?
        while index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard has(Self.upper, scalar.classes) else {
                if has(Self.lower, scalar.classes) {
                    return contractionEnd(in: text, from: lowerEnd(in: text, from: index))
                }
                break
            }
            index += scalar.byteCount
            if scalar.classes.intersects(Self.caseless) { caselessEnd = index }
        }
        return contractionEnd(in: text, from: caselessEnd ?? index)
    }

    private func lowerEnd(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let scalar = classes.scalar(in: text, at: index)
            guard has(Self.lower, scalar.classes) else { break }
            index += scalar.byteCount
        }
        return index
    }

    private func contractionEnd(in text: Span<UInt8>, from start: Int) -> Int {
        guard hasContractions, start < text.count, text[start] == PatternByte.apostrophe
        else { return start }
        return Contraction.end(in: text, afterApostrophe: start + 1) ?? start
    }

    @inline(__always)
    private func has(_ wanted: UnicodeClass, _ classes: UnicodeClass) -> Bool {
        classes.intersects(wanted) && !classes.intersects(excluded)
    }
}

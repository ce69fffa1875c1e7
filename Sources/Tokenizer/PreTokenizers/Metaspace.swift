/// Writes spaces as a visible character, and starts words with it, as SentencePiece does.
struct Metaspace: Sendable {
    /// Which pieces get the character in front if they do not start with it.
    enum Prepending: String, Sendable {
        case always, never
        /// The piece that the whole text starts with.
        case first
    }

    /// One character, as UTF-8.
    let replacement: [UInt8]
    let prepending: Prepending
    /// Whether a word starts at each of the characters.
    let splits: Bool

    func apply(to list: inout PieceList) {
        list.rewriteEach { text, startsText, output in
            let start = output.count
            for index in text.indices {
                if text[index] == 0x20 { output += replacement } else { output.append(text[index]) }
            }
            if prepending == .always || prepending == .first && startsText,
                !output[start...].starts(with: replacement)
            {
                output.insert(contentsOf: replacement, at: start)
            }
        }
        guard splits else { return }
        let splitter = PatternSplitter(
            pattern: Pattern(literal: replacement),
            behavior: .mergedWithNext,
            isInverted: false
        )
        list.splitEach { splitter.forEachPiece(in: $0, $1) }
    }
}

/// Walks one text from added token to added token, as HF tokenizers does, quirks included.
///
/// Invariants:
/// 1. A match that `single_word` rejects is passed over whole: no shorter token is tried at its
///    place, and its text goes to the model.
/// 2. `rstrip` moves the end of the token but not the search, so whitespace that it took may
///    be found again as an added token.
/// 3. A token with `lstrip` of which nothing is left, because all of it is taken, is dropped.
/// 4. Stripping looks at no byte twice: `lstrip` stops at what is already taken, and a run of
///    whitespace is measured once.
struct AddedTokenSplitter {
    enum Segment {
        case text(Range<Int>)
        case token(UInt32)
    }

    private let classes = UnicodeClasses.unicode16
    /// Where the search for the next match starts.
    private var searchStart = 0
    /// Everything before is returned already.
    private var takenEnd = 0
    /// A token to return after the text before it.
    private var pending: UInt32?
    /// The whitespace that the last `rstrip` measured.
    private var whitespace = 0..<0

    /// The next piece of `text`, the same in every call; nil at its end. Pieces are never empty.
    mutating func next(in text: Span<UInt8>, matching trie: AddedTokenTrie) -> Segment? {
        if let token = pending {
            pending = nil
            return .token(token)
        }
        while let match = trie.firstMatch(in: text, from: searchStart) {
            searchStart = match.end
            if match.token.singleWord, touchesWord(match, in: text) { continue }
            let start = match.token.lstrip ? strippedStart(match, in: text) : match.start
            let end = match.token.rstrip ? strippedEnd(match, in: text) : match.end
            guard start < end else { continue }
            let textStart = takenEnd
            takenEnd = end
            guard textStart < start else { return .token(match.token.id) }
            pending = match.token.id
            return .text(textStart..<start)
        }
        searchStart = text.count
        guard takenEnd < text.count else { return nil }
        defer { takenEnd = text.count }
        return .text(takenEnd..<text.count)
    }

    private func touchesWord(_ match: AddedTokenTrie.Match, in text: Span<UInt8>) -> Bool {
        if match.start > 0,
            classes.scalar(in: text, before: match.start).classes.contains(.besideSingleWord)
        {
            return true
        }
        return match.end < text.count
            && classes.scalar(in: text, at: match.end).classes.contains(.besideSingleWord)
    }

    private func strippedStart(_ match: AddedTokenTrie.Match, in text: Span<UInt8>) -> Int {
        var start = max(match.start, takenEnd)
        while start > takenEnd {
            let scalar = classes.scalar(in: text, before: start)
            guard scalar.classes.contains(.whitespace) else { break }
            start -= scalar.byteCount
        }
        return start
    }

    private mutating func strippedEnd(_ match: AddedTokenTrie.Match, in text: Span<UInt8>) -> Int {
        if whitespace.contains(match.end) { return whitespace.upperBound }
        var end = match.end
        while end < text.count {
            let scalar = classes.scalar(in: text, at: end)
            guard scalar.classes.contains(.whitespace) else { break }
            end += scalar.byteCount
        }
        whitespace = match.end..<end
        return end
    }
}

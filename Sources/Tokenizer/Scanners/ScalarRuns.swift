/// Runs of code points by class: the pieces that scanners are made of. Each function returns
/// where the run ends that begins at `start`, which may be empty or the end of the text.
extension UnicodeClasses {
    /// `[classes]*`, for classes that contain every letter.
    @inline(__always)
    func wordEnd(
        of classes: UnicodeClass = .letter,
        in text: Span<UInt8>,
        from start: Int
    ) -> Int {
        var index = start
        while index < text.count {
            let byte = text[index]
            if byte < 0x80, text.count - index >= 8 {
                // In bounds by the condition.
                let count = unsafe LetterRun.asciiCount(text.eightBytes(uncheckedAt: index))
                index += count
                if count < 8, text[index] < 0x80 { return index }
                continue
            }
            let scalar = scalar(in: text, at: index)
            guard scalar.classes.intersects(classes) else { return index }
            index += scalar.byteCount
        }
        return index
    }

    /// `[^excluded]*`
    func end(ofRunWithout excluded: UnicodeClass, in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            let scalar = scalar(in: text, at: index)
            guard !scalar.classes.intersects(excluded) else { break }
            index += scalar.byteCount
        }
        return index
    }

    /// `\p{N}{0,max}`
    func digitsEnd(in text: Span<UInt8>, from start: Int, max: Int) -> Int {
        var index = start
        var count = 0
        while count < max, index < text.count {
            let scalar = scalar(in: text, at: index)
            guard scalar.classes.contains(.number) else { break }
            index += scalar.byteCount
            count += 1
        }
        return index
    }

    /// A run of whitespace, taken apart.
    struct WhitespaceRun {
        /// Where the last scalar of the run starts, and where it ends.
        private(set) var last: Int
        private(set) var end: Int
        /// After the last newline or carriage return, if the run has one.
        private(set) var newlineEnd: Int?

        @inline(__always)
        fileprivate init(from start: Int) { (last, end) = (start, start) }

        @inline(__always)
        fileprivate mutating func append(spaceCount: Int) {
            end += spaceCount
            last = spaceCount > 0 ? end - 1 : last
        }

        @inline(__always)
        fileprivate mutating func append(_ byte: UInt8, byteCount: Int) {
            last = end
            end += byteCount
            if PatternByte.isNewline(byte) { newlineEnd = end }
        }
    }

    private static var eightSpaces: UInt64 { 0x2020_2020_2020_2020 }

    /// `\s*`
    func whitespaceRun(in text: Span<UInt8>, from start: Int) -> WhitespaceRun {
        var run = WhitespaceRun(from: start)
        while run.end < text.count {
            if text.count - run.end >= 8 {
                // In bounds by the condition.
                let bytes = unsafe text.eightBytes(uncheckedAt: run.end)
                run.append(spaceCount: (bytes ^ Self.eightSpaces).trailingZeroBitCount >> 3)
                if run.end == text.count { break }
            }
            let scalar = scalar(in: text, at: run.end)
            guard scalar.classes.contains(.whitespace) else { break }
            run.append(text[run.end], byteCount: scalar.byteCount)
        }
        return run
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`, of a run that is not empty: up to its last newline; or else
    /// the run but for its last scalar, which belongs to the word that follows; or all of it at
    /// the end of the text.
    func whitespaceEnd(in text: Span<UInt8>, from start: Int) -> Int {
        let run = whitespaceRun(in: text, from: start)
        if let newlineEnd = run.newlineEnd { return newlineEnd }
        return run.end == text.count || run.last == start ? run.end : run.last
    }
}

extension Span<UInt8> {
    /// `[\r\n]*`, and `[\r\n/]*` if slashes count.
    func newlinesEnd(from start: Int, slashes: Bool = false) -> Int {
        var index = start
        while index < count,
            PatternByte.isNewline(self[index]) || slashes && self[index] == PatternByte.slash
        {
            index += 1
        }
        return index
    }
}

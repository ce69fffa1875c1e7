/// Cuts a template's source into tokens as Jinja2 3.1 does with `trim_blocks` and
/// `lstrip_blocks` set and `keep_trailing_newline` not.
///
/// Linear in the source: no byte of text is looked at more than a few times.
struct Lexer {
    var tokens: [Token] = []
    let source: [UInt8]
    var position = 0
    var line = 1
    /// Whether what was cut last ends in a newline, so that a tag here begins its line.
    private var isLineStart = true

    /// - Throws: `.syntax`, and `.unsupported` for names that are not ASCII.
    static func tokens(of source: [UInt8]) throws(TemplateError) -> [Token] {
        var lexer = Lexer(source: normalizedNewlines(source))
        while lexer.position < lexer.source.count { try lexer.cutText() }
        lexer.append(.end)
        return lexer.tokens
    }

    private init(source: [UInt8]) { self.source = source }

    /// Every line ends in `\n`, and the last has no end.
    private static func normalizedNewlines(_ source: [UInt8]) -> [UInt8] {
        var normalized: [UInt8] = []
        normalized.reserveCapacity(source.count)
        var previous: UInt8 = 0
        for byte in source {
            if byte == .carriageReturn {
                normalized.append(.newline)
            } else if byte != .newline || previous != .carriageReturn {
                normalized.append(byte)
            }
            previous = byte
        }
        if normalized.last == .newline { normalized.removeLast() }
        return normalized
    }

    // MARK: Text and tags

    private enum Opening { case statement, output, comment }

    /// Cuts the text up to the next tag, and that tag.
    private mutating func cutText() throws(TemplateError) {
        let start = position
        guard let (opening, end) = nextOpening() else {
            appendText(source[start...], linesTo: source.count)
            position = source.count
            return
        }
        position = end + 2
        let sign = peek
        let text = source[start..<end]
        if sign == UInt8(ascii: "-") {
            position += 1
            appendText(PythonText.strippedRight(text), linesTo: end)
        } else if sign == UInt8(ascii: "+") {
            position += 1
            appendText(text, linesTo: end)
        } else if opening != .output {
            appendText(strippedIndentation(text), linesTo: end)
        } else {
            appendText(text, linesTo: end)
        }
        isLineStart = false
        switch opening {
        case .comment: try skipComment()
        case .statement:
            if try cutRaw() { return }
            append(.statementBegin)
            try cutTag(closedBy: UInt8(ascii: "%"), as: .statementEnd)
        case .output:
            append(.outputBegin)
            try cutTag(closedBy: UInt8(ascii: "}"), as: .outputEnd)
        }
    }

    private func nextOpening() -> (Opening, Int)? {
        var index = position
        while index + 1 < source.count {
            if source[index] == UInt8(ascii: "{") {
                switch source[index + 1] {
                case UInt8(ascii: "%"): return (.statement, index)
                case UInt8(ascii: "{"): return (.output, index)
                case UInt8(ascii: "#"): return (.comment, index)
                default: break
                }
            }
            index += 1
        }
        return nil
    }

    /// `text` without the whitespace between the start of its last line and the tag after it.
    private func strippedIndentation(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let lineStart = text.lastIndex(of: .newline).map { $0 + 1 }
        guard lineStart != nil || isLineStart else { return text }
        let start = lineStart ?? text.startIndex
        return PythonText.strippedRight(text[start...]).isEmpty ? text[..<start] : text
    }

    private mutating func appendText(_ text: ArraySlice<UInt8>, linesTo end: Int) {
        if !text.isEmpty { append(.text(Array(text))) }
        for index in text.startIndex..<end where source[index] == .newline { line += 1 }
    }

    private mutating func skipComment() throws(TemplateError) {
        while position + 1 < source.count {
            if source[position] == UInt8(ascii: "#"), source[position + 1] == UInt8(ascii: "}") {
                let sign = source[position - 1]
                position += 2
                skipAfterTag(sign: sign)
                return
            }
            if source[position] == .newline { line += 1 }
            position += 1
        }
        throw syntaxError("Missing end of comment tag")
    }

    /// After the end of a statement or comment: `-` takes all whitespace, nothing takes one
    /// newline, `+` leaves it.
    mutating func skipAfterTag(sign: UInt8) {
        let start = position
        if sign == UInt8(ascii: "-") {
            skipWhitespace()
        } else if sign != UInt8(ascii: "+"), peek == .newline {
            position += 1
            line += 1
        }
        isLineStart = position > start && source[position - 1] == .newline
    }

    mutating func skipWhitespace() {
        let rest = PythonText.strippedLeft(source[position...])
        for index in position..<rest.startIndex where source[index] == .newline { line += 1 }
        position = rest.startIndex
    }

    // MARK: Raw

    /// Cuts `{% raw %}…{% endraw %}` if the tag that begins here is that.
    private mutating func cutRaw() throws(TemplateError) -> Bool {
        let (start, startLine) = (position, line)
        skipWhitespace()
        if skip("raw") {
            skipWhitespace()
            if skip("-%}") {
                skipWhitespace()
                try cutRawText()
                return true
            }
            if skip("%}") {
                try cutRawText()
                return true
            }
        }
        (position, line) = (start, startLine)
        return false
    }

    private mutating func cutRawText() throws(TemplateError) {
        let start = position
        isLineStart = start > 0 && source[start - 1] == .newline
        while position + 1 < source.count {
            let end = position
            if skip("{%") {
                let startLine = line
                let sign = peek
                if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
                skipWhitespace()
                if skip("endraw") {
                    skipWhitespace()
                    let closing = peek
                    if closing == UInt8(ascii: "-") || closing == UInt8(ascii: "+") {
                        position += 1
                    }
                    if skip("%}") {
                        line = startLine
                        let text = source[start..<end]
                        switch sign {
                        case UInt8(ascii: "-"):
                            appendText(PythonText.strippedRight(text), linesTo: end)
                        case UInt8(ascii: "+"): appendText(text, linesTo: end)
                        default: appendText(strippedIndentation(text), linesTo: end)
                        }
                        skipAfterTag(sign: closing ?? 0)
                        return
                    }
                }
                line = startLine
                position = end
            }
            position += 1
        }
        throw syntaxError("Missing end of raw directive")
    }

    // MARK: Reading

    var peek: UInt8? { position < source.count ? source[position] : nil }

    mutating func skip(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= source.count, source[position..<end].elementsEqual("\(text)".utf8) else {
            return false
        }
        position = end
        return true
    }

    mutating func append(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    func syntaxError(_ message: String) -> TemplateError {
        TemplateError(.syntax, message, line: line)
    }
}

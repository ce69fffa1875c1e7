/// What Python's `str` does, on UTF-8. Indices and counts are those of code points.
enum PythonText {
    static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        if scalar.isASCII {
            text.append(UInt8(scalar.value))
        } else {
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    static func scalars(of text: some Swift.Sequence<UInt8>) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var decoder = UTF8()
        var bytes = text.makeIterator()
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): scalars.append(scalar)
            case .error: scalars.append("\u{FFFD}")
            case .emptyInput: return scalars
            }
        }
    }

    static func bytes(of scalars: some Swift.Sequence<Unicode.Scalar>) -> [UInt8] {
        var text: [UInt8] = []
        for scalar in scalars { append(scalar, to: &text) }
        return text
    }

    static func count(of text: some Swift.Sequence<UInt8>) -> Int {
        var count = 0
        for byte in text where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    static func isASCII(_ text: [UInt8]) -> Bool { text.allSatisfy { $0 < 0x80 } }

    /// One string for each code point.
    static func characters(of text: [UInt8]) -> [Value] {
        var characters: [Value] = []
        var start = 0
        while start < text.count {
            var end = start + 1
            while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
            characters.append(.string(Array(text[start..<end])))
            start = end
        }
        return characters
    }

    // MARK: Whitespace

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    static func strippedLeft(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while let (scalar, count) = firstScalar(of: rest), isSpace(scalar) {
            rest = rest.dropFirst(count)
        }
        return rest
    }

    static func strippedRight(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while let (scalar, count) = lastScalar(of: rest), isSpace(scalar) {
            rest = rest.dropLast(count)
        }
        return rest
    }

    static func strippedLeft(
        _ text: ArraySlice<UInt8>,
        of scalars: [Unicode.Scalar]
    ) -> ArraySlice<UInt8> {
        var rest = text
        while let (scalar, count) = firstScalar(of: rest), scalars.contains(scalar) {
            rest = rest.dropFirst(count)
        }
        return rest
    }

    static func strippedRight(
        _ text: ArraySlice<UInt8>,
        of scalars: [Unicode.Scalar]
    ) -> ArraySlice<UInt8> {
        var rest = text
        while let (scalar, count) = lastScalar(of: rest), scalars.contains(scalar) {
            rest = rest.dropLast(count)
        }
        return rest
    }

    private static func firstScalar(of text: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        guard let first = text.first else { return nil }
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let scalar = scalars(of: text.prefix(4)).first ?? "\u{FFFD}"
        return (scalar, UTF8.encode(scalar)?.count ?? 1)
    }

    private static func lastScalar(of text: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        guard let last = text.last else { return nil }
        if last < 0x80 { return (Unicode.Scalar(last), 1) }
        var start = text.endIndex - 1
        while start > text.startIndex, text[start] & 0xC0 == 0x80 { start -= 1 }
        return (scalars(of: text[start...]).first ?? "\u{FFFD}", text.endIndex - start)
    }

    /// `text` cut at line ends of every kind that Python knows, the last end cutting nothing off.
    static func lines(of text: [UInt8], keepingEnds: Bool = false) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [Unicode.Scalar] = []
        let scalars = scalars(of: text)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar.value {
            case 10...13, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
                var end = [scalar]
                if scalar == "\r", index < scalars.count, scalars[index] == "\n" {
                    end.append("\n")
                    index += 1
                }
                lines.append(bytes(of: keepingEnds ? line + end : line))
                line = []
            default: line.append(scalar)
            }
        }
        if !line.isEmpty { lines.append(bytes(of: line)) }
        return lines
    }
}

/// Text operations as Python's `str` has them, on UTF-8.
extension [UInt8] {
    /// As `strip()`.
    var trimmedAsPython: [UInt8] {
        let text = trimmedAtEndAsPython
        var start = text.startIndex
        while start < text.endIndex {
            let width = text.whitespaceWidth(at: start)
            if width == 0 { break }
            start += width
        }
        return [UInt8](text[start...])
    }

    /// As `rstrip()`.
    var trimmedAtEndAsPython: [UInt8] {
        var end = endIndex
        while end > startIndex {
            var start = end - 1
            while start > startIndex, self[start] & 0xC0 == 0x80 { start -= 1 }
            guard whitespaceWidth(at: start) == end - start else { break }
            end = start
        }
        return [UInt8](self[..<end])
    }

    /// Bytes of the character at `index` if `isspace()` holds for it, else 0.
    private func whitespaceWidth(at index: Int) -> Int {
        switch self[index] {
        case 0x09...0x0D, 0x1C...0x20: return 1
        case 0xC2:
            guard index + 1 < count else { return 0 }
            return self[index + 1] == 0x85 || self[index + 1] == 0xA0 ? 2 : 0
        case 0xE1...0xE3:
            guard index + 2 < count else { return 0 }
            let high = UInt32(self[index] & 0x0F) << 12
            let scalar = high | UInt32(self[index + 1] & 0x3F) << 6 | UInt32(self[index + 2] & 0x3F)
            switch scalar {
            case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return 3
            default: return 0
            }
        default: return 0
        }
    }

    /// Start of the last occurrence of `needle`.
    func lastStart(of needle: [UInt8]) -> Int? {
        guard !needle.isEmpty, count >= needle.count else { return nil }
        return (0...(count - needle.count)).last { self[$0...].starts(with: needle) }
    }

    /// Whether `needle` occurs.
    func contains(_ needle: [UInt8]) -> Bool { firstStart(of: needle) != nil }

    /// Start of the first occurrence of `needle`, in linear time (Knuth, Morris and Pratt): both
    /// texts may be a client's.
    func firstStart(of needle: [UInt8]) -> Int? {
        guard !needle.isEmpty else { return 0 }
        guard count >= needle.count else { return nil }
        // `borders[n]` is the length of the longest proper prefix of the needle's first `n`
        // bytes that is also their end.
        var borders = [Int](repeating: 0, count: needle.count + 1)
        var matched = 0
        for index in needle.indices.dropFirst() {
            while matched > 0, needle[index] != needle[matched] { matched = borders[matched] }
            if needle[index] == needle[matched] { matched += 1 }
            borders[index + 1] = matched
        }
        matched = 0
        for index in indices {
            while matched > 0, self[index] != needle[matched] { matched = borders[matched] }
            if self[index] == needle[matched] { matched += 1 }
            if matched == needle.count { return index + 1 - matched }
        }
        return nil
    }
}

import Domain

/// The cookies of a request (RFC 6265, read as loosely as servers do).
enum RequestCookies {
    static let headerName = "cookie"
    /// Of the header, and of one value.
    private static let headerBytesMax = 65_536
    private static let valueBytesMax = 1024

    /// The first value of a cookie that is neither empty nor too long, without quotes.
    static func value(of name: String, in headers: [HeaderField]) -> String? {
        // Clients of HTTP/2 may send each cookie in a header of its own.
        for header in headers
        where header.name == headerName && header.value.utf8.count <= headerBytesMax {
            if let value = value(of: name, inPairs: header.value.utf8[...]) { return value }
        }
        return nil
    }

    private static func value(of name: String, inPairs text: Substring.UTF8View) -> String? {
        var rest = text
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
            let pair = rest[..<end]
            rest = rest[end...].dropFirst()
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
                trimmed(pair[..<equals]).elementsEqual(name.utf8)
            else { continue }
            let value = unquoted(trimmed(pair[equals...].dropFirst()))
            if !value.isEmpty, value.count <= valueBytesMax { return String(Substring(value)) }
        }
        return nil
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        func isSpace(_ byte: UInt8?) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        }
        var text = text
        while isSpace(text.first) { text.removeFirst() }
        while isSpace(text.last) { text.removeLast() }
        return text
    }

    private static func unquoted(_ text: Substring.UTF8View) -> Substring.UTF8View {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return text }
        return text.dropFirst().dropLast()
    }
}

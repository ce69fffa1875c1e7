/// The forms of address that an endpoints file may hold.
enum NetworkAddress {
    /// `host:port`, with an IPv6 address in brackets. The gateway gets it in a header, so no
    /// other character may pass.
    static func isHostAndPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        return isHost(text[..<colon]) && isPort(text[text.index(after: colon)...])
    }

    /// A ZeroMQ address to connect to. An engine's own, to bind to, may have `*` for a host.
    static func isConnectable(_ text: String) -> Bool {
        if text.hasPrefix("tcp://") { return isHostAndPort(String(text.dropFirst(6))) }
        return text.hasPrefix("ipc://") && text.utf8.count > 6
    }

    /// Whether a connectable address has this many ports from its own on.
    static func hasPorts(_ text: String, count: Int) -> Bool {
        guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":"),
            let first = Int(text[text.index(after: colon)...])
        else { return false }
        return first + count - 1 <= UInt16.max
    }

    /// Where metrics are, as a URL: what is not one already is `host:port` with a path, which is
    /// `/metrics` if it is not given. Nil if the text is neither.
    static func metricsURL(_ text: String) -> String? {
        let scheme = ["http://", "https://"].first { text.hasPrefix($0) }
        let rest = text.dropFirst(scheme?.utf8.count ?? 0)
        let place = rest.prefix { $0 != "/" }
        let path = rest[place.endIndex...]
        // What else a URL may hold would have to be escaped.
        guard text.utf8.count <= urlBytesMax, path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        guard isHostAndPort(String(place)) || (scheme != nil && isHost(place)) else { return nil }
        return (scheme ?? "http://") + place + (path.isEmpty ? "/metrics" : path)
    }

    private static let urlBytesMax = 2048

    private static func isHost(_ text: Substring) -> Bool {
        // The longest name that DNS allows.
        guard (1...253).contains(text.utf8.count) else { return false }
        if text.hasPrefix("[") {
            return text.hasSuffix("]") && text.utf8.count > 3
                && text.dropFirst().dropLast().utf8.allSatisfy { isHexDigit($0) || $0 == colon }
        }
        return text.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || byte == hyphen || byte == period || byte == underscore
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy(isDigit) && UInt16(text).map { $0 > 0 } ?? false
    }

    private static let colon = UInt8(ascii: ":")
    private static let hyphen = UInt8(ascii: "-")
    private static let period = UInt8(ascii: ".")
    private static let underscore = UInt8(ascii: "_")

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

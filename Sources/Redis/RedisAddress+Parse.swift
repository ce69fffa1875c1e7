extension RedisAddress {
    private static let defaultPort: UInt16 = 6379

    /// Reads `redis://user:password@host:port/database` (also with `valkey://`, or without any
    /// scheme), or `unix://user:password@path?db=number`. Everything but a host or a path may be
    /// missing; reserved characters in user, password and path are percent-encoded.
    package init(_ text: String) throws(RedisAddressError) {
        var rest = Substring(text)
        var isUnix = false
        if let scheme = rest.firstRange(of: "://") {
            switch rest[..<scheme.lowerBound].lowercased() {
            case "redis", "valkey": break
            case "unix": isUnix = true
            case "rediss", "valkeys":
                throw RedisAddress.error(
                    "encrypted connections are not supported: use a TLS tunnel beside the picker,"
                        + " such as stunnel, or redis:// without encryption",
                    in: text
                )
            default:
                throw RedisAddress.error("expected redis://, valkey:// or unix://", in: text)
            }
            rest = rest[scheme.upperBound...]
        }
        self.init(.unix(path: ""))
        try readUser(from: &rest, in: text)
        try readQuery(from: &rest, in: text)
        if isUnix {
            let path = try RedisAddress.decoded(rest, in: text)
            guard !path.isEmpty else { throw RedisAddress.error("the path is missing", in: text) }
            transport = .unix(path: path)
        } else {
            try readHost(from: rest, in: text)
        }
    }

    /// Takes `user:password@` off. A password may contain an `@` that is not encoded, so the last
    /// one counts.
    private mutating func readUser(
        from rest: inout Substring,
        in text: String
    ) throws(RedisAddressError) {
        guard let end = rest.lastIndex(of: "@") else { return }
        let parts = rest[..<end].split(
            separator: ":",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        rest = rest[rest.index(after: end)...]
        if let name = parts.first, !name.isEmpty {
            user = try RedisAddress.decoded(name, in: text)
        }
        if parts.count > 1, !parts[1].isEmpty {
            password = RedisSecret(try RedisAddress.decoded(parts[1], in: text))
        }
    }

    private mutating func readQuery(
        from rest: inout Substring,
        in text: String
    ) throws(RedisAddressError) {
        guard let start = rest.firstIndex(of: "?") else { return }
        let query = rest[rest.index(after: start)...]
        rest = rest[..<start]
        for option in query.split(separator: "&") {
            guard option.hasPrefix("db=") else {
                throw RedisAddress.error("the only option is db", in: text)
            }
            try readDatabase(from: option.dropFirst(3), in: text)
        }
    }

    private mutating func readHost(
        from rest: Substring,
        in text: String
    ) throws(RedisAddressError) {
        var host = rest
        if let slash = rest.firstIndex(of: "/") {
            host = rest[..<slash]
            let number = rest[rest.index(after: slash)...]
            if !number.isEmpty { try readDatabase(from: number, in: text) }
        }
        var port = RedisAddress.defaultPort
        let portColon: Substring.Index?
        if host.hasPrefix("["), let bracket = host.firstIndex(of: "]") {
            let after = host.index(after: bracket)
            portColon = after < host.endIndex ? after : nil
            guard portColon.map({ host[$0] == ":" }) ?? true else {
                throw RedisAddress.error("expected a port after the bracket", in: text)
            }
        } else {
            portColon = host.lastIndex(of: ":")
            guard portColon == host.firstIndex(of: ":") else {
                throw RedisAddress.error("put an IPv6 address into brackets", in: text)
            }
        }
        if let portColon {
            guard let number = UInt16(host[host.index(after: portColon)...]), number > 0 else {
                throw RedisAddress.error("the port must be 1 to 65535", in: text)
            }
            port = number
            host = host[..<portColon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw RedisAddress.error("the host is missing", in: text) }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw RedisAddress.error("the host has characters that no host has", in: text)
        }
        transport = .tcp(host: String(host), port: port)
    }

    private mutating func readDatabase(
        from number: Substring,
        in text: String
    ) throws(RedisAddressError) {
        guard let number = Int(number), (0..<1 << 20).contains(number) else {
            throw RedisAddress.error("the database must be a number from 0", in: text)
        }
        database = number
    }

    private static func decoded(
        _ text: Substring,
        in address: String
    ) throws(RedisAddressError) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2,
                digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(Substring(digits)), radix: 16), value > 0
            else { throw error("a percent sign needs two hexadecimal digits", in: address) }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error("percent-encoded bytes are not UTF-8", in: address)
        }
        return text
    }

    /// Shows what cannot be a password: the scheme, and what stands between the last `@` and a
    /// query. Without an `@`, a password may be anywhere.
    private static func error(_ problem: String, in text: String) -> RedisAddressError {
        guard let end = text.lastIndex(of: "@") else {
            return RedisAddressError(description: "Redis address: \(problem)")
        }
        let scheme = text.firstRange(of: "://").flatMap { mark in
            mark.upperBound <= end ? text[..<mark.upperBound] : nil
        }
        let known = ["redis://", "rediss://", "valkey://", "valkeys://", "unix://"]
        let prefix = scheme.flatMap { known.contains($0.lowercased()) ? $0 : nil } ?? ""
        let host = text[end...].prefix { $0 != "?" }
        return RedisAddressError(description: "Redis address \"\(prefix)***\(host)\": \(problem)")
    }
}

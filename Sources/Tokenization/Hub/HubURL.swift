/// An `http` or `https` URL, split where a client must know its parts: at the end of the origin.
struct HubURL: Equatable, Sendable, CustomStringConvertible {
    /// Scheme, host and port, in lower case. A secret for one origin goes to no other.
    let origin: String
    /// From the first slash on, with the query.
    let path: String

    var description: String { origin + path }

    /// For logs and errors: a storage's query holds a signature, which is a secret for a while.
    var withoutQuery: String { origin + path.prefix { $0 != "?" } }

    /// Nil for other schemes, without a host, with a user's name in it, or with bytes that do not
    /// belong into a URL.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let separator = HubURL.schemes.first(where: { text.lowercased().hasPrefix($0) })
        else { return nil }
        let rest = text.dropFirst(separator.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end].lowercased()
        guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else {
            return nil
        }
        let defaultPort = separator == "https://" ? ":443" : ":80"
        let isDefault = authority.hasSuffix(defaultPort)
        origin = separator + (isDefault ? String(authority.dropLast(defaultPort.count)) : authority)
        path = HubURL.withoutFragment(String(rest[end...]))
    }

    private init(origin: String, path: String) {
        self.origin = origin
        self.path = path
    }

    private static let schemes = ["https://", "http://"]

    private static func withoutFragment(_ text: String) -> String {
        let path = text.prefix { $0 != "#" }
        return path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// Where a `Location` of an answer from this URL leads.
    func following(_ location: String) -> HubURL? {
        if location.hasPrefix("//") { return HubURL(origin.prefix { $0 != "/" } + location) }
        guard location.hasPrefix("/") else { return HubURL(location) }
        guard location.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return HubURL(origin: origin, path: HubURL.withoutFragment(location))
    }

    /// This URL as a folder, with `suffix` in it, which begins with a slash.
    func appending(_ suffix: String) -> HubURL {
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        return HubURL(origin: origin, path: folder + suffix)
    }
}

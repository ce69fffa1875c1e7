import Domain

/// Where clients name their session.
enum NameSource: Sendable {
    case header(String)
    case cookie(String)

    private static let cookiePrefix = "cookie:"
    /// Longer ones name no session.
    private static let nameBytesMax = 4096

    /// - Parameter text: a header's name, or `cookie:` and a cookie's.
    init(_ text: String) {
        self =
            text.hasPrefix(Self.cookiePrefix)
            ? .cookie(String(text.dropFirst(Self.cookiePrefix.count)))
            : .header(text.lowercased())
    }

    var headerName: String {
        switch self {
        case .header(let name): name
        case .cookie: RequestCookies.headerName
        }
    }

    /// The session's name. Nil if there is none, or an empty one.
    func name(in request: InferenceRequest) -> String? {
        let name =
            switch self {
            case .header(let header): request.header(header)
            case .cookie(let cookie): RequestCookies.value(of: cookie, in: request.headers)
            }
        guard let name, (1...Self.nameBytesMax).contains(name.utf8.count) else { return nil }
        return name
    }
}

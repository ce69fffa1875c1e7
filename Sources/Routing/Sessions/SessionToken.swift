import Domain

/// What clients send back to find their endpoint again: its name in base64.
///
/// It names an endpoint of this pool or nothing, and filters apply to that one as to any other:
/// a client that makes one up gets nowhere it could not have got without.
enum SessionToken {
    /// Longer tokens are not read. Names of Kubernetes take 317 bytes at most, rank included.
    private static let bytesMax = 1024

    static func encode(_ endpoint: Endpoint) -> String { Base64.encode(endpoint.name.utf8) }

    /// The endpoint that a token names: by its name, or in llm-d's words, which put a namespace
    /// before the name (`namespace/name`) and may put a rank behind it (`name-rank-0`).
    static func endpoint(of token: String, in snapshot: EndpointSnapshot) -> EndpointID? {
        guard token.utf8.count <= bytesMax, let bytes = Base64.decode(token),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        for candidate in [text[...], withoutRank(text[...]), name, withoutRank(name)] {
            let name = String(candidate)
            let found = snapshot.endpoints.firstIndex { $0.name == name }
            if let found { return snapshot.ids[found] }
        }
        return nil
    }

    private static func withoutRank(_ name: Substring) -> Substring {
        let suffix = "-rank-"
        var rest = name
        while rest.last?.isASCII == true, rest.last?.isWholeNumber == true { rest.removeLast() }
        guard rest.endIndex != name.endIndex, rest.hasSuffix(suffix) else { return name }
        return rest.dropLast(suffix.count)
    }
}

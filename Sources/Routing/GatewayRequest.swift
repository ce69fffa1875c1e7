package import Bytes
package import Domain

/// A request as the gateway hands it over, before anything in it is looked at.
package struct GatewayRequest: Sendable {
    /// Ties log lines to those of the gateway.
    package let id: String
    /// Of the request's URL, the query included. Empty if it is not known.
    package let path: String
    /// Those of `RequestRouting.wantedHeaders` that it has.
    package let headers: [HeaderField]
    /// Empty if the request has none.
    package let body: SharedBytes
    /// The only endpoints that the gateway allows (`host:port`). Nil: all of the pool.
    package let subsetHint: [String]?
    /// By which its headers were kept. Nil: by what is wanted now.
    package var headerSelection: HeaderSelection?
    /// Whether the response's body is shown as it comes, and so its first bytes when they do.
    package var seesResponseBody = true

    package init(
        id: String,
        path: String = "",
        headers: [HeaderField] = [],
        body: SharedBytes,
        subsetHint: [String]?
    ) {
        self.id = id
        self.path = path
        self.headers = headers
        self.body = body
        self.subsetHint = subsetHint
    }

    /// Ends of the paths on which engines compute a prompt and generate from it: those of OpenAI,
    /// of Anthropic, and of engines' own.
    private static let generatingEnds = ["/completions", "/messages", "/responses", "/generate"]

    /// Whether its first token comes when its prompt is computed.
    var generates: Bool {
        let path = Substring(path.utf8.prefix { $0 != UInt8(ascii: "?") })
        return Self.generatingEnds.contains { path.hasSuffix($0) }
    }
}

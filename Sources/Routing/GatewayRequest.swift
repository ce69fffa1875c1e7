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
}

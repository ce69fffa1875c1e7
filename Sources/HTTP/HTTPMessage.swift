/// A request as a server receives it, body and all.
package struct HTTPRequest: Sendable {
    package let method: String
    /// Without the query, percent escapes resolved.
    package let path: String
    package let query: HTTPHeaders
    package let headers: HTTPHeaders
    package let body: [UInt8]
}

/// What a handler answers.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Called once, after the headers are on their way, in the handler's task. The body ends
        /// when it returns; if it throws, the connection is cut, so that no client takes a part
        /// for the whole.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int = 200, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int = 200, text: String, contentType: String = "text/plain") {
        self.init(
            status: status,
            headers: ["content-type": contentType],
            body: .bytes(Array(text.utf8))
        )
    }
}

/// Sends a response's body piece by piece.
package struct HTTPBodyWriter: Sendable {
    let exchange: HTTPExchange

    /// Sends `bytes` as soon as the connection takes them. Suspends while more than
    /// `HTTPExchange.unsentBytesMax` are waiting.
    ///
    /// - Throws: `HTTPError.connectionLost` once the client has left.
    package func write(_ bytes: [UInt8]) async throws(HTTPError) {
        try await exchange.write(bytes)
    }
}

/// How a gRPC server listens. Checked when the server opens.
package struct GRPCServerConfig: Equatable, Sendable {
    /// `host:port`; port 0 takes a free one.
    package var address: String
    /// Absent: plain text. Present: TLS, with these PEM texts.
    package var identity: TLSIdentity?
    /// Larger messages end their RPC. Envoy sends bodies in chunks of at most its buffer size.
    package var messageBytesMax = 4 << 20
    /// Threads that serve RPCs. One handles thousands of requests per second.
    package var threadCount = 1
    /// RPCs at a time on one connection; the peer waits with further ones.
    package var concurrentStreamsMax = 100_000
    /// A connection without traffic is probed after this long, and closed if nothing comes back.
    package var keepaliveTime: Duration = .seconds(60)
    package var keepaliveTimeout: Duration = .seconds(20)

    package init(address: String) { self.address = address }
}

/// A certificate and its key, both PEM text.
package struct TLSIdentity: Equatable, Sendable {
    package var certificateChain: String
    package var privateKey: String
    /// Present: clients must show a certificate that one of these signed.
    package var clientRoots: String?

    package init(certificateChain: String, privateKey: String, clientRoots: String? = nil) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.clientRoots = clientRoots
    }
}

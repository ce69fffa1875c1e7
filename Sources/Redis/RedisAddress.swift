/// Where a Redis is, and as whom to speak to it.
package struct RedisAddress: Equatable, Sendable {
    package enum Transport: Equatable, Sendable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    package var transport: Transport
    /// Nil: the server's default user.
    package var user: String?
    package var password: RedisSecret?
    package var database = 0

    package init(
        _ transport: Transport,
        user: String? = nil,
        password: RedisSecret? = nil,
        database: Int = 0
    ) {
        self.transport = transport
        self.user = user
        self.password = password
        self.database = database
    }
}

extension RedisAddress: CustomStringConvertible {
    /// The address without user and password.
    package var description: String {
        switch transport {
        case .tcp(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return "redis://\(host):\(port)/\(database)"
        case .unix(let path): return "unix://\(path)?db=\(database)"
        }
    }
}

/// An address that cannot be used. Says which, but never shows what may be a password.
package struct RedisAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

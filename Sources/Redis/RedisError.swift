internal import Glibc

/// Why Redis did not do what it was asked to.
package enum RedisError: Error, Equatable, Sendable {
    /// No connection: refused, no such host, wrong password.
    case connect(reason: String)
    case timedOut
    /// The server ended the connection.
    case closed
    /// Not a reply as the protocol has them.
    case malformedReply
    /// A reply longer than any that we ask for.
    case replyTooLarge
    /// The server's own error: a code in capitals, then words.
    case server(String)
    /// Redis is known to be down: nothing was sent.
    case unavailable
    /// Every connection was in use for too long, or the caller came too late.
    case busy

    /// Errors that every command would meet: the server is not ready, or does not know us.
    private static let codesOfFailure = ["LOADING", "NOAUTH", "CLUSTERDOWN", "MASTERDOWN"]

    /// Whether the server, rather than a single command or what a key holds, is at fault.
    package var isFailureOfServer: Bool {
        switch self {
        case .connect, .timedOut, .closed, .malformedReply: true
        case .server(let message):
            RedisError.codesOfFailure.contains { message.hasPrefix($0) }
        case .replyTooLarge, .unavailable, .busy: false
        }
    }

    /// What a C function returned; a negative number is `-errno`.
    static func check(_ result: Int32) throws(RedisError) {
        guard result < 0 else { return }
        switch -result {
        case ETIMEDOUT: throw .timedOut
        case EMSGSIZE: throw .replyTooLarge
        case EPROTO: throw .malformedReply
        default: throw .closed
        }
    }
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .connect(let reason): "no connection: \(reason)"
        case .timedOut: "no answer in time"
        case .closed: "the connection ended"
        case .malformedReply: "a reply is malformed"
        case .replyTooLarge: "a reply is too large"
        case .server(let message): message
        case .unavailable: "known to be down"
        case .busy: "no connection, or no time for it"
        }
    }
}

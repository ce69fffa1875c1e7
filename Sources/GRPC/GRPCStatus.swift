internal import CGRPC

/// How an RPC ended.
package struct GRPCStatus: Equatable, Sendable {
    /// The codes of gRPC's specification that we send or tell apart.
    package enum Code: Int32, Sendable {
        case ok = 0
        case cancelled = 1
        case unknown = 2
        case invalidArgument = 3
        case deadlineExceeded = 4
        case notFound = 5
        case resourceExhausted = 8
        case unimplemented = 12
        case internalError = 13
        case unavailable = 14
    }

    package let code: Code
    package let message: String

    package static let ok = GRPCStatus(.ok)

    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }
}

import CProcessReply
package import GRPC

/// `grpc.health.v1.Health`. Live for as long as it answers; ready while requests can be routed.
///
/// Thread safety: every method may be called from any thread.
package final class HealthService: Sendable {
    private enum ServingStatus: Int32 {
        case serving = 1
        case notServing = 2
        case serviceUnknown = 3
    }

    private static let service = "/grpc.health.v1.Health/"
    private static let nameBytesMax = 256
    private let isReady: @Sendable () -> Bool

    /// - Parameter isReady: asked for each check of readiness, so it must be quick.
    package init(isReady: @escaping @Sendable () -> Bool) { self.isReady = isReady }

    /// Whether an RPC of this name (`/package.Service/Method`) is for this service.
    package static func serves(_ method: String) -> Bool { method.hasPrefix(service) }

    /// Serves one RPC.
    package func serve(_ call: ServerCall) async -> GRPCStatus {
        guard call.method == Self.service + "Check" else {
            return GRPCStatus(.unimplemented, "no method \(call.method)")
        }
        guard let request = await call.receive() else { return GRPCStatus(.cancelled) }
        let service: String
        do {
            service = try Self.serviceName(of: request)
        } catch {
            return GRPCStatus(.invalidArgument, "not a HealthCheckRequest")
        }
        let status = status(of: service)
        let answer = unsafe PackedMessage.bytes {
            unsafe cprocess_pack_health(status.rawValue, $0, $1)
        }
        do { try await call.send(OutgoingMessage(answer.span)) } catch {
            return GRPCStatus(.cancelled)
        }
        return .ok
    }

    private func status(of service: String) -> ServingStatus {
        switch service {
        case "liveness": .serving
        case "", "readiness", ExtProcServer.serviceName: isReady() ? .serving : .notServing
        default: .serviceUnknown
        }
    }

    private static func serviceName(of message: borrowing ReceivedMessage) throws(MessageError)
        -> String
    {
        var reader = message.reader
        var name = ""
        while let field = try reader.nextField() {
            guard field.number == 1, case .delimited(let count) = field.kind else {
                try reader.skip(field)
                continue
            }
            guard count <= nameBytesMax else { throw .malformed }
            name = String(decoding: try reader.readArray(count), as: UTF8.self)
        }
        return name
    }
}

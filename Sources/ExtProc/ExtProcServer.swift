package import GRPC
package import Routing
package import Telemetry

/// Envoy's external processor: one task for each stream that gRPC accepts.
package struct ExtProcServer: Sendable {
    package static let serviceName = "envoy.service.ext_proc.v3.ExternalProcessor"
    private static let method = "/\(serviceName)/Process"

    private let stream: ProcessStream
    private let log: Log

    package init(
        router: any RequestRouting,
        config: ExtProcConfig = ExtProcConfig(),
        log: Log
    ) {
        stream = ProcessStream(router: router, config: config, log: log)
        self.log = log
    }

    /// Serves one RPC.
    package func serve(_ call: ServerCall) async -> GRPCStatus {
        guard call.method == Self.method else {
            return GRPCStatus(.unimplemented, "no method \(call.method)")
        }
        do {
            try await stream.serve(GRPCProcessCall(call: call))
            return .ok
        } catch {
            switch error {
            case .ended: return GRPCStatus(.cancelled)
            case .protocolViolation(let reason):
                log.warning("stream ended: the gateway broke the protocol", ["reason": reason])
                return GRPCStatus(.invalidArgument, reason)
            }
        }
    }
}

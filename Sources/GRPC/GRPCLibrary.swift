internal import CGRPC

/// C-core, initialized. It counts its users; whoever needs it holds a value of this for as long.
final class GRPCLibrary: Sendable {
    init() { grpc_init() }
    deinit { grpc_shutdown() }
}

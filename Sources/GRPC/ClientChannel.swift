import CGRPC

/// A client's connection to one server, in plain text. For tests and load generators.
///
/// `@unchecked Sendable`: channels are thread-safe (grpc.h), and `handle` never changes.
@safe package final class ClientChannel: @unchecked Sendable {
    private let handle: OpaquePointer
    private let queue: CompletionQueue

    /// - Parameter target: `host:port`.
    package init(to target: String) {
        GRPCLibrary.use()
        queue = CompletionQueue()
        guard let handle = unsafe cgrpc_insecure_channel_create(target, cgrpc_settings()) else {
            preconditionFailure("C-core makes a channel for any target")
        }
        unsafe self.handle = handle
        queue.start {}
    }

    /// Calls retain their channel, so none is left.
    deinit {
        queue.shutDown()
        unsafe grpc_channel_destroy(handle)
    }

    /// Runs `body` with a new RPC, on the channel's thread, and cancels what is left of the RPC
    /// when `body` returns.
    package func withCall<R: Sendable>(
        _ method: String,
        _ body: @escaping @Sendable (ClientCall) async -> R
    ) async -> R {
        guard let handle = unsafe cgrpc_channel_create_call(handle, queue.handle, method) else {
            preconditionFailure("C-core makes a call for any method")
        }
        let call = unsafe ClientCall(owning: handle, on: queue, of: self)
        return await Task(executorPreference: call) {
            call.begin()
            defer { call.cancel() }
            return await body(call)
        }.value
    }
}

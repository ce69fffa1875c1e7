import CGRPC
import Synchronization

/// The server's end of one RPC, from its acceptance to its status.
package final class ServerCall: Call, @unchecked Sendable {
    /// The RPC's full name: `/package.Service/Method`.
    package let method: String
    private let hasSentInitialMetadata = Atomic(false)

    init(owning handle: OpaquePointer, method: String, on queue: CompletionQueue) {
        self.method = method
        unsafe super.init(owning: handle, on: queue)
    }

    /// C-core wants to be asked once per call how the call ends. Retains the call until then.
    ///
    /// - Parameter closed: called when the RPC is over, on the queue's thread, unless C-core
    ///   refuses to say.
    func watchClose(_ closed: @escaping () -> Void) {
        unsafe CompletionAction { [self] succeeded in
            if succeeded { closed() }
            extendLifetime(self)
        }.give { unsafe cgrpc_receive_close(handle, inbox, $0) }
    }

    /// The peer's next message, or nil once it has sent its last one or the RPC is over.
    package func receive() async -> ReceivedMessage? {
        await unsafe read { unsafe cgrpc_receive_message(handle, inbox, $0) }
    }

    /// Sends one message, and returns when the transport can take another.
    ///
    /// - Parameter moreFollows: another message comes at once, so this one may wait for it. The
    ///   first message never waits: its operation ends with the write of the initial metadata.
    package func send(
        _ message: consuming OutgoingMessage,
        moreFollows: Bool = false
    ) async throws(GRPCError) {
        let isFirst = !hasSentInitialMetadata.exchange(true, ordering: .relaxed)
        let buffer = unsafe message.handle
        try await unsafe write {
            unsafe cgrpc_send_message(handle, buffer, isFirst, moreFollows && !isFirst, $0)
        }
        extendLifetime(message)
    }

    /// Ends the RPC. If it is over already, nothing happens.
    func finish(_ status: GRPCStatus) async {
        let isFirst = !hasSentInitialMetadata.exchange(true, ordering: .relaxed)
        var message = status.message
        _ = await unsafe perform { tag in
            message.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { text in
                    unsafe cgrpc_send_status(
                        handle,
                        grpc_status_code(status.code.rawValue),
                        text.baseAddress,
                        text.count,
                        isFirst,
                        tag
                    )
                }
            }
        }
    }
}

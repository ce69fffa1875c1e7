import CGRPC
import Synchronization

/// The client's end of one RPC.
package final class ClientCall: Call, @unchecked Sendable {
    private let channel: ClientChannel
    private let outcome = Mutex(Outcome())

    private struct Outcome {
        var status: GRPCStatus?
        var waiter: CheckedContinuation<GRPCStatus, Never>?
    }

    init(owning handle: OpaquePointer, on queue: CompletionQueue, of channel: ClientChannel) {
        self.channel = channel
        unsafe super.init(owning: handle, on: queue)
    }

    func begin() {
        unsafe CompletionAction { [self] _ in end(with: unsafe receivedStatus()) }
            .give { unsafe cgrpc_client_begin(handle, inbox, $0) }
        unsafe CompletionAction { [self] _ in extendLifetime(self) }
            .give { unsafe cgrpc_client_receive_initial_metadata(handle, inbox, $0) }
    }

    package func send(_ message: consuming OutgoingMessage) async throws(GRPCError) {
        let buffer = unsafe message.handle
        try await unsafe write { unsafe cgrpc_send_message(handle, buffer, false, false, $0) }
        extendLifetime(message)
    }

    /// Says that no message follows.
    package func halfClose() async throws(GRPCError) {
        try await unsafe write { unsafe cgrpc_client_half_close(handle, $0) }
    }

    /// The server's next message, or nil once the RPC is over.
    package func receive() async -> ReceivedMessage? {
        await unsafe read { unsafe cgrpc_receive_message(handle, inbox, $0) }
    }

    /// How the RPC ended. Waits until it has. For one task only.
    package func status() async -> GRPCStatus {
        await withCheckedContinuation { continuation in
            let known = outcome.withLock { outcome in
                if outcome.status == nil { outcome.waiter = continuation }
                return outcome.status
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func end(with status: GRPCStatus) {
        let waiter = outcome.withLock { outcome in
            outcome.status = status
            return outcome.waiter
        }
        waiter?.resume(returning: status)
    }

    @unsafe private func receivedStatus() -> GRPCStatus {
        let code = unsafe GRPCStatus.Code(rawValue: inbox.pointee.status.rawValue) ?? .unknown
        return unsafe GRPCStatus(code, inbox.pointee.status_details.text)
    }
}

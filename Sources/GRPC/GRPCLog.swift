internal import CGRPC
import Synchronization

/// What C-core logs: failed handshakes, broken connections, and the like.
package enum GRPCLog {
    package typealias Receiver = @Sendable (_ message: String, _ isError: Bool) -> Void

    private static let receiver = Mutex<Receiver?>(nil)

    /// Hands C-core's messages to `receive`, from any thread, instead of writing them to standard
    /// error. Affects the whole process; call it before the first server opens.
    package static func redirect(to receive: @escaping Receiver) {
        receiver.withLock { $0 = receive }
        unsafe gpr_set_log_function { arguments in
            guard let arguments = unsafe arguments?.pointee, let text = unsafe arguments.message
            else { return }
            let isError = unsafe arguments.severity == GPR_LOG_SEVERITY_ERROR
            GRPCLog.receiver.withLock { $0 }?(unsafe String(cString: text), isError)
        }
    }
}

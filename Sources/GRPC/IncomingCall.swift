import CGRPC

/// The place where C-core puts one RPC that a server asked for.
@safe final class IncomingCall {
    let slot: UnsafeMutablePointer<cgrpc_incoming>

    init() {
        unsafe slot = .allocate(capacity: 1)
        unsafe cgrpc_incoming_init(slot)
    }

    deinit {
        unsafe cgrpc_incoming_destroy(slot)
        unsafe slot.deallocate()
    }

    /// The call, once the request for it has succeeded.
    func accept(on queue: CompletionQueue) -> ServerCall? {
        guard let handle = unsafe slot.pointee.call else { return nil }
        let method = unsafe slot.pointee.details.method.text
        return unsafe ServerCall(owning: handle, method: method, on: queue)
    }
}

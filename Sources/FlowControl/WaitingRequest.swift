/// A request and where it waits.
struct WaitingRequest: Sendable {
    let request: QueuedRequest
    /// Of its band: not always its own.
    let band: Int
    let flow: UInt64
}

typealias WaitingRequests = [UInt64: WaitingRequest]

import Domain

/// An ext_proc stream as its server sees it: messages in, replies out.
protocol ProcessCall: Sendable {
    /// The next message, or nil once the stream is over. Bytes of a body are appended to its bytes.
    ///
    /// - Parameter wanted: the request headers to keep.
    func receive(
        keeping wanted: HeaderSelection,
        to bodies: inout BodyBytes
    ) async throws(ProcessCallError) -> ReceivedProcessMessage?

    /// - Parameter moreFollows: another reply comes at once.
    func send(_ reply: ProcessReply, moreFollows: Bool) async throws(ProcessCallError)
}

/// Why a stream cannot go on.
enum ProcessCallError: Error, Equatable, Sendable {
    /// The gateway is gone, or has cancelled the stream.
    case ended
    /// The gateway sent what is not an ext_proc message, or not one for this moment.
    case protocolViolation(reason: String)
}

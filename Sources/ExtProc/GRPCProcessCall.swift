import Domain
import GRPC

/// A `ProcessCall` over gRPC: bytes in, bytes out.
struct GRPCProcessCall: ProcessCall {
    let call: ServerCall

    func receive(
        keeping wanted: HeaderSelection,
        to bodies: inout BodyBytes
    ) async throws(ProcessCallError) -> ReceivedProcessMessage? {
        guard let message = await call.receive() else { return nil }
        do {
            return try ReceivedProcessMessage(decoding: message, keeping: wanted, to: &bodies)
        } catch {
            let reason = "a message is not a well-formed ProcessingRequest"
            throw .protocolViolation(reason: reason)
        }
    }

    func send(_ reply: ProcessReply, moreFollows: Bool) async throws(ProcessCallError) {
        do {
            try await call.send(reply.encoded(), moreFollows: moreFollows)
        } catch {
            throw .ended
        }
    }
}

internal import CZMQ

/// What libzmq answered, and to which call.
package struct ZMQError: Error, Equatable, Sendable {
    package let errno: Int32
    /// The call, in a word or two: it labels a metric.
    package let call: String

    /// The peer broke the protocol, and libzmq does not connect to it again.
    package static let connectionLost = ZMQError(errno: ECONNRESET, call: "receive")

    /// Passes on what a shim function returned; a negative number is `-errno`.
    @discardableResult
    static func check(_ result: Int32, _ call: @autoclosure () -> String) throws(ZMQError) -> Int32
    {
        guard result < 0 else { return result }
        throw ZMQError(errno: -result, call: call())
    }
}

extension ZMQError: CustomStringConvertible {
    package var description: String {
        let reason = unsafe zmq_strerror(errno).map { unsafe String(cString: $0) }
        return "\(call): \(reason ?? "error \(errno)")"
    }
}

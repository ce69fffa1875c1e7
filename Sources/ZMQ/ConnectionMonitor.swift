internal import CZMQ
import Synchronization

/// What has become of a socket's connection.
package enum ConnectionChange: Sendable {
    case established
    /// libzmq tries again.
    case retried
    /// The connection is lost, or was refused by us: the peer broke the protocol. libzmq tries
    /// again after the former only, and says so within a moment.
    case ended
}

/// Watches the connection of one socket. libzmq connects again after a lost connection, but not
/// after a peer broke the protocol: then the socket stays silent for ever, and only this tells.
@safe struct ConnectionMonitor: ~Copyable {
    private static let ended =
        ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    private static let watched =
        ended | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED

    /// Makes addresses that no other monitor has.
    private static let opened = Atomic<UInt64>(0)

    let events: SocketHandle

    private init(events: consuming SocketHandle) { self.events = events }

    static func open(
        watching socket: borrowing SocketHandle,
        in context: ZMQContext
    ) throws(ZMQError) -> ConnectionMonitor {
        let events = try SocketHandle.open(ZMQ_PAIR, in: context)
        try events.set([ZMQ_LINGER: 0])
        let number = opened.wrappingAdd(1, ordering: .relaxed).newValue
        let result = unsafe czmq_monitor(
            socket.pointer,
            events.pointer,
            "inproc://warmpath-monitor-\(number)",
            watched
        )
        try ZMQError.check(result, "monitor")
        return ConnectionMonitor(events: events)
    }

    /// The next change, in order; nil if there is none by now.
    mutating func next() throws(ZMQError) -> ConnectionChange? {
        let event = unsafe czmq_monitor_event(events.pointer)
        if event == -EAGAIN { return nil }
        try ZMQError.check(event, "monitor")
        switch event {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .established
        case ZMQ_EVENT_CONNECT_RETRIED: return .retried
        default: return .ended
        }
    }
}

internal import CZMQ
import Synchronization

/// Watches the connection of one socket. libzmq connects again after a lost connection, but not
/// after a peer broke the protocol: then the socket stays silent for ever, and only this tells.
@safe struct ConnectionMonitor: ~Copyable {
    private static let ended =
        ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    private static let begun = ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_CONNECTED

    /// Makes addresses that no other monitor has.
    private static let opened = Atomic<UInt64>(0)

    let events: SocketHandle
    /// Whether a connection has ended and no other was begun.
    private var hasEnded = false

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
            ended | begun
        )
        try ZMQError.check(result, "monitor")
        return ConnectionMonitor(events: events)
    }

    /// Whether the connection is lost, as far as libzmq has told.
    mutating func isLost() throws(ZMQError) -> Bool {
        while true {
            let event = unsafe czmq_monitor_event(events.pointer)
            if event == -EAGAIN { return hasEnded }
            try ZMQError.check(event, "monitor")
            hasEnded = event & ConnectionMonitor.ended != 0
        }
    }
}

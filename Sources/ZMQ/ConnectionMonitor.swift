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

    let handle: UnsafeMutableRawPointer
    /// Whether a connection has ended and no other was begun.
    private var hasEnded = false

    private init(owning handle: UnsafeMutableRawPointer) { unsafe self.handle = handle }

    deinit { unsafe zmq_close(handle) }

    static func open(
        watching socket: UnsafeMutableRawPointer,
        in context: ZMQContext
    ) throws(ZMQError) -> ConnectionMonitor {
        let number = opened.wrappingAdd(1, ordering: .relaxed).newValue
        var monitor: UnsafeMutableRawPointer?
        let result = unsafe czmq_monitor(
            context.handle,
            socket,
            "inproc://warmpath-monitor-\(number)",
            ended | begun,
            &monitor
        )
        guard let handle = unsafe monitor else { throw ZMQError(errno: -result, call: "monitor") }
        let owned = unsafe ConnectionMonitor(owning: handle)
        try ZMQError.check(result, "monitor")
        return owned
    }

    /// Whether the connection is lost, as far as libzmq has told.
    mutating func isLost() throws(ZMQError) -> Bool {
        while true {
            let event = unsafe czmq_monitor_event(handle)
            if event == -EAGAIN { return hasEnded }
            try ZMQError.check(event, "monitor")
            hasEnded = event & ConnectionMonitor.ended != 0
        }
    }
}

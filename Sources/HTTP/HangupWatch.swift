internal import CMicroHTTPD
internal import Glibc

/// Notices that a peer has hung up while libmicrohttpd does not look at its connection, which is
/// as long as a handler is at work.
///
/// Thread safety: every method may be called from any thread (epoll(7)); `next` is called from one.
final class HangupWatch: Sendable {
    enum Event: Equatable {
        case hangup(id: UInt64)
        case wakeUp
    }

    private static let wakeUpID = UInt64.max
    private let epoll = cmhd_epoll()
    private let wakeUpEvent = cmhd_eventfd()

    init() {
        precondition(epoll >= 0 && wakeUpEvent >= 0, "no descriptors left for a server")
        let code = cmhd_watch_readable(epoll, wakeUpEvent, HangupWatch.wakeUpID)
        precondition(code == 0, "epoll refused an eventfd")
    }

    deinit {
        close(epoll)
        close(wakeUpEvent)
    }

    /// Reports `id` once, when the peer of `socket` hangs up. Closing the socket forgets it.
    func add(_ socket: Int32, id: UInt64) {
        // A socket that cannot be watched is noticed when writing to it fails.
        _ = cmhd_watch_hangup(epoll, socket, id)
    }

    func wakeUp() { cmhd_signal(wakeUpEvent) }

    /// Blocks until something happens.
    func next() -> Event {
        var id: UInt64 = 0
        while unsafe cmhd_wait(epoll, &id) == 0 {}
        guard id == HangupWatch.wakeUpID else { return .hangup(id: id) }
        cmhd_clear(wakeUpEvent)
        return .wakeUp
    }
}

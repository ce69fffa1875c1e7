internal import CCurl
import Synchronization

/// The client's thread: one curl multi handle and the transfers on it.
///
/// Thread safety: `submit`, `cancel` and `stop` may be called from any thread; everything else
/// happens on the thread of `run`. `@unchecked Sendable`: of `multi`, other threads only use
/// `curl_multi_wakeup`, which "can be called from any thread" (curl_multi_wakeup(3)), under the
/// lock and only while `inbox.isOpen`.
@safe final class CurlLoop: @unchecked Sendable {
    private struct Inbox {
        var isOpen = true
        var submitted: [CurlTransfer] = []
        var cancelled: [CurlTransfer] = []
    }

    private let config: HTTPClient.Config
    private let multi: OpaquePointer
    private let inbox = Mutex(Inbox())
    /// Under way, by id. A transfer is resumed when it leaves this dictionary.
    private var transfers: [ObjectIdentifier: CurlTransfer] = [:]

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init(_ config: HTTPClient.Config) {
        self.config = config
        guard CurlLoop.isLibraryReady, let multi = unsafe curl_multi_init() else {
            preconditionFailure("libcurl cannot start")
        }
        unsafe self.multi = OpaquePointer(multi)
        unsafe ccurl_set_connections_max(multi, config.idleConnectionsMax)
    }

    deinit { unsafe curl_multi_cleanup(UnsafeMutableRawPointer(multi)) }

    // MARK: Any thread

    func submit(_ transfer: CurlTransfer, _ continuation: CurlTransfer.Continuation) {
        transfer.continuation = continuation
        let isOpen = change { $0.submitted.append(transfer) }
        if !isOpen { transfer.end(.failure(.cancelled)) }
    }

    /// Also takes effect on a transfer that is submitted later.
    func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled.store(true, ordering: .relaxed)
        change { $0.cancelled.append(transfer) }
    }

    func stop() { change { $0.isOpen = false } }

    /// Changes the inbox and wakes the thread, unless it is closed.
    @discardableResult
    private func change(_ body: (inout Inbox) -> Void) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            body(&inbox)
            unsafe curl_multi_wakeup(UnsafeMutableRawPointer(multi))
            return true
        }
    }

    // MARK: The client's thread

    /// Blocks until the loop is stopped.
    func run() {
        while takeInbox() {
            var runningCount: Int32 = 0
            unsafe curl_multi_perform(UnsafeMutableRawPointer(multi), &runningCount)
            finishEnded()
            unsafe curl_multi_poll(UnsafeMutableRawPointer(multi), nil, 0, 60_000, nil)
        }
        for transfer in transfers.values { remove(transfer, .failure(.cancelled)) }
    }

    private func takeInbox() -> Bool {
        let received = inbox.withLock { inbox in
            defer { (inbox.submitted, inbox.cancelled) = ([], []) }
            return inbox
        }
        for transfer in received.submitted { start(transfer) }
        for transfer in received.cancelled where transfers[ObjectIdentifier(transfer)] != nil {
            remove(transfer, .failure(.cancelled))
        }
        return received.isOpen
    }

    private func start(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled.load(ordering: .relaxed) else {
            return transfer.end(.failure(.cancelled))
        }
        if let problem = transfer.prepare(config) { return transfer.end(.failure(problem)) }
        transfers[ObjectIdentifier(transfer)] = transfer
        unsafe curl_multi_add_handle(UnsafeMutableRawPointer(multi), transfer.easy)
    }

    private func finishEnded() {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while unsafe ccurl_next_ended(UnsafeMutableRawPointer(multi), &easy, &code) {
            guard let easy = unsafe easy, let transfer = unsafe CurlTransfer.owner(of: easy) else {
                continue
            }
            remove(transfer, transfer.result(code))
        }
    }

    private func remove(
        _ transfer: CurlTransfer,
        _ result: Result<HTTPClient.ResponseHead, HTTPError>
    ) {
        unsafe curl_multi_remove_handle(UnsafeMutableRawPointer(multi), transfer.easy)
        transfers[ObjectIdentifier(transfer)] = nil
        transfer.end(result)
    }
}

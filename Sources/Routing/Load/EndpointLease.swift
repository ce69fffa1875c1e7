import Synchronization

/// One request in flight, told what becomes of it. What it has reserved is given back when its
/// response has ended or nobody holds the lease any more: so on every way out of a request, an
/// error or a cancelled stream included, and once.
///
/// A response that begins with a status of 500 and more is a failure of the endpoint, any other a
/// success. A request that ends before any response has begun is neither: its client may have gone.
/// Both are put down to who serves the request, which is all that a response tells: a failed
/// prefill elsewhere is for the server's sidecar to see.
package final class EndpointLease: ResponseObserver {
    /// The decision's. Grows with every decision of the ledger.
    package let number: UInt64
    private let slot: Int
    private let ledger: EndpointLedger
    /// Spares most leases the lock when they go.
    private let isEnded = Atomic(false)

    init(number: UInt64, slot: Int, ledger: EndpointLedger) {
        self.number = number
        self.slot = slot
        self.ledger = ledger
    }

    package func responseBegan(status: Int?) {
        guard let status else { return }
        ledger.update { $0.answered(number, in: slot, status: status, at: $1) }
    }

    package func firstBytes() {
        ledger.update { $0.sawFirstBytes(number, in: slot, at: $1) }
    }

    package func responseEnded() {
        if isEnded.exchange(true, ordering: .relaxed) { return }
        ledger.update { $0.ended(number, in: slot, at: $1) }
    }

    deinit { responseEnded() }
}

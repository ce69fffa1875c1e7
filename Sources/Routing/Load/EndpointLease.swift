import Domain
import Synchronization

/// One request in flight, told what becomes of it. What it has reserved is given back when its
/// response has ended or nobody holds the lease any more: so on every way out of a request, an
/// error or a cancelled stream included, and once.
///
/// A response that begins with a status of 500 and more is a failure of the endpoint, any other a
/// success. A request that ends before any response has begun is neither: its client may have gone.
/// One that comes from an endpoint that stands in for the picked one is a failure of that: the
/// gateway has gone on. Any other address may be the picked one's own, spelled otherwise.
/// Both are put down to who serves the request, which is all that a response tells: a failed
/// prefill elsewhere is for the server's sidecar to see.
package final class EndpointLease: ResponseObserver {
    /// The decision's. Grows with every decision of the ledger.
    package let number: UInt64
    private let slot: Int
    private let ledger: EndpointLedger
    /// Who may answer if the picked one does not.
    private let fallbacks: [Endpoint]
    /// Spares most leases the lock when they go.
    private let isEnded = Atomic(false)

    init(number: UInt64, slot: Int, ledger: EndpointLedger, fallbacks: [Endpoint]) {
        self.number = number
        self.slot = slot
        self.ledger = ledger
        self.fallbacks = fallbacks
    }

    /// Whether the picked endpoint has answered, as far as is known.
    func isServed(by address: String?) -> Bool {
        guard let address else { return true }
        return !fallbacks.contains { $0.address == address }
    }

    package func responseBegan(status: Int?, servedBy address: String?) {
        if !isServed(by: address) {
            ledger.update { $0.failed(number, in: slot, at: $1) }
        } else if let status {
            ledger.update { $0.answered(number, in: slot, status: status, at: $1) }
        }
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

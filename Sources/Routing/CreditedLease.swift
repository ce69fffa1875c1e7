import KVIndexer
import Synchronization

/// A lease, and the blocks that endpoints are credited with for its request: taken back if the
/// endpoint refuses the request, or nothing is heard of it at all.
final class CreditedLease: ResponseObserver {
    private let lease: EndpointLease
    private let credits: [ExpectedBlocks.CreditID]
    private let expected: ExpectedBlocks
    private let hasBegun = Atomic(false)

    init(
        _ lease: EndpointLease,
        _ credits: [ExpectedBlocks.CreditID],
        in expected: ExpectedBlocks
    ) {
        self.lease = lease
        self.credits = credits
        self.expected = expected
    }

    func responseBegan(status: Int?, servedBy address: String?) {
        if status.map({ $0 >= 400 }) ?? false || !lease.isServed(by: address) {
            withdraw()
        } else {
            hasBegun.store(true, ordering: .relaxed)
        }
        lease.responseBegan(status: status, servedBy: address)
    }

    func firstBytes() { lease.firstBytes() }

    func responseEnded() { lease.responseEnded() }

    deinit {
        if !hasBegun.load(ordering: .relaxed) { withdraw() }
    }

    /// Of a credit that has ended, changes nothing.
    private func withdraw() {
        for credit in credits { expected.withdraw(credit) }
    }
}

package import Domain
import Synchronization

/// The endpoints as of now. Readers take a whole snapshot and never see a change halfway.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariants:
/// 1. An address keeps its ID for as long as it stays in the pool.
/// 2. An ID is never given out twice: what is still known of an endpoint that has left, such as
///    its blocks, cannot pass to another.
package final class EndpointStore: Sendable {
    private struct Pool {
        var snapshot = EndpointSnapshot.empty
        var nextID: UInt32 = 0
    }

    private let pool = Mutex(Pool())

    package init() {}

    /// Costs one uncontended lock and one retain. Take it once for each request.
    package var snapshot: EndpointSnapshot { pool.withLock { $0.snapshot } }

    /// Replaces the whole pool. Returns what is current afterwards: the same generation as before
    /// if nothing has changed.
    ///
    /// - Precondition: no address occurs twice.
    @discardableResult
    package func publish(_ members: [PoolMember]) -> EndpointSnapshot {
        precondition(
            Set(members.map(\.address)).count == members.count,
            "two endpoints of one address would share an ID"
        )
        return pool.withLock { pool in
            let known = Dictionary(
                uniqueKeysWithValues: pool.snapshot.endpoints.map { ($0.address, $0.id) }
            )
            let endpoints = members.map { member in
                if let id = known[member.address] { return member.endpoint(id) }
                defer { pool.nextID += 1 }
                return member.endpoint(EndpointID(rawValue: pool.nextID))
            }
            let successor = pool.snapshot.successor(with: endpoints)
            if successor.endpoints != pool.snapshot.endpoints { pool.snapshot = successor }
            return pool.snapshot
        }
    }
}

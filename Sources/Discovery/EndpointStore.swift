package import Domain
import Synchronization

/// The endpoints as of now. Readers take a whole snapshot and never see a change halfway.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariant: an endpoint keeps its id while its address stays in the pool; no id is given out
/// twice, so what is known of an endpoint that left is never taken for knowledge of another.
package final class EndpointStore: Sendable {
    private struct State {
        var snapshot = EndpointSnapshot.empty
        var nextID: UInt32 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Costs one uncontended lock and one retain. Take it once for each request.
    package var snapshot: EndpointSnapshot { state.withLock { $0.snapshot } }

    /// Replaces the pool. Returns the new snapshot.
    @discardableResult
    package func publish(_ entries: [EndpointEntry]) -> EndpointSnapshot {
        state.withLock { state in
            let known = Dictionary(
                state.snapshot.endpoints.map { ($0.address, $0.id) },
                uniquingKeysWith: { first, _ in first }
            )
            let endpoints = entries.map { entry in
                let id = known[entry.address] ?? EndpointID(rawValue: state.nextID)
                if id.rawValue == state.nextID { state.nextID += 1 }
                return Endpoint(
                    id: id,
                    name: entry.name,
                    address: entry.address,
                    role: entry.role,
                    kvEventsAddress: entry.kvEventsAddress
                )
            }
            state.snapshot = state.snapshot.successor(with: endpoints)
            return state.snapshot
        }
    }
}

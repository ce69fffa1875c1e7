package import Domain
import Synchronization

/// Which endpoints announce what they cache, so that nobody has to guess.
///
/// Thread safety: any thread may ask.
package final class AnnouncingEndpoints: Sendable {
    private struct Flags {
        var generation: UInt64?
        var byPosition: [Bool] = []
    }

    private let announces: @Sendable (Endpoint) -> Bool
    private let flags = Mutex(Flags())

    package init(where announces: @escaping @Sendable (Endpoint) -> Bool) {
        self.announces = announces
    }

    /// By position. Computed once for each change of the pool.
    func flags(in snapshot: EndpointSnapshot) -> [Bool] {
        flags.withLock { flags in
            if flags.generation != snapshot.generation {
                flags.byPosition = snapshot.endpoints.map(announces)
                flags.generation = snapshot.generation
            }
            return flags.byPosition
        }
    }
}

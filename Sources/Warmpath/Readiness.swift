import Synchronization

/// Whether requests should come our way. Read by the health service for each check.
final class Readiness: Sendable {
    private let isDraining = Atomic(false)

    var isReady: Bool { !isDraining.load(ordering: .relaxed) }

    /// From here on the gateway is told to go elsewhere.
    func drain() { isDraining.store(true, ordering: .relaxed) }
}

import Synchronization

/// Whether requests should come our way. Read by the health service for each check.
///
/// Thread safety: every method may be called from any thread.
final class Readiness: Sendable {
    private enum Phase: UInt8, AtomicRepresentable {
        case starting, serving, draining
    }

    private let phase = Atomic(Phase.starting)

    var isReady: Bool { phase.load(ordering: .relaxed) == .serving }

    /// The parts have begun to work.
    func begin() { phase.store(.serving, ordering: .relaxed) }

    /// From here on the gateway is told to go elsewhere.
    func drain() { phase.store(.draining, ordering: .relaxed) }
}

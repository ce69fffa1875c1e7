import Synchronization

/// What all publishers' batches that wait for replays may take together: when the process starts,
/// every engine is asked for a replay at once.
///
/// Thread safety: any thread may take and give back.
final class HeldBudget: Sendable {
    private let bytesMax: Int
    private let byteCount = Atomic<Int>(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes these bytes in any case, and returns whether they were within the budget.
    func take(_ count: Int) -> Bool {
        byteCount.wrappingAdd(count, ordering: .relaxed).newValue <= bytesMax
    }

    func giveBack(_ count: Int) { byteCount.wrappingSubtract(count, ordering: .relaxed) }
}

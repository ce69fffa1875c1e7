/// Live batches that wait for the end of a replay, in the order in which they came.
struct HeldBatches {
    struct Batch {
        let position: StreamPosition
        let model: String
        let payload: [UInt8]

        /// What it takes, with what there is beside its payload.
        var byteCount: Int { payload.count + 128 }
    }

    private let bytesMax: Int
    private let budget: HeldBudget
    private var batches: [Batch] = []
    private var firstIndex = 0
    private var byteCount = 0

    /// - Parameter budget: Shared with other publishers.
    init(bytesMax: Int, budget: HeldBudget) {
        self.bytesMax = bytesMax
        self.budget = budget
    }

    var first: Batch? { firstIndex < batches.count ? batches[firstIndex] : nil }

    /// Returns whether more may follow.
    mutating func append(_ batch: Batch) -> Bool {
        byteCount += batch.byteCount
        batches.append(batch)
        let isWithinBudget = budget.take(batch.byteCount)
        return isWithinBudget && byteCount <= bytesMax
    }

    mutating func removeFirst() {
        byteCount -= batches[firstIndex].byteCount
        budget.giveBack(batches[firstIndex].byteCount)
        firstIndex += 1
        guard firstIndex * 2 >= batches.count else { return }
        batches.removeFirst(firstIndex)
        firstIndex = 0
    }

    /// To be called at the end, too: the budget is shared.
    mutating func removeAll() {
        budget.giveBack(byteCount)
        byteCount = 0
        batches = []
        firstIndex = 0
    }
}

/// Live batches that wait for the end of a replay, in the order in which they came.
struct HeldBatches {
    struct Batch {
        let position: StreamPosition
        let model: String
        let payload: [UInt8]
    }

    /// Counted with each batch, for what it takes beside its payload.
    private static let batchBytes = 128

    private var batches: [Batch] = []
    private var firstIndex = 0
    private(set) var byteCount = 0

    var first: Batch? { firstIndex < batches.count ? batches[firstIndex] : nil }

    mutating func append(_ batch: Batch) {
        byteCount += batch.payload.count + HeldBatches.batchBytes
        batches.append(batch)
    }

    mutating func removeFirst() {
        byteCount -= batches[firstIndex].payload.count + HeldBatches.batchBytes
        firstIndex += 1
        guard firstIndex * 2 >= batches.count else { return }
        batches.removeFirst(firstIndex)
        firstIndex = 0
    }

    mutating func removeAll() { self = HeldBatches() }
}

/// Batches that wait until it is known how to read them, as they came. The oldest are forgotten
/// first, which forgets blocks, but never that one was removed which is still remembered.
struct WaitingBatches: Sendable {
    struct Batch: Sendable {
        let payload: [UInt8]
        let isRepeated: Bool
    }

    private static let bytesMax = 512 << 10

    private var batches: [Batch] = []
    private var byteCount = 0

    /// Whether nothing need be forgotten for a further batch.
    func hasRoom(for payload: Span<UInt8>) -> Bool {
        byteCount + payload.count <= WaitingBatches.bytesMax
    }

    mutating func append(_ payload: Span<UInt8>, isRepeated: Bool) {
        byteCount += payload.count
        var copy: [UInt8] = []
        copy.reserveCapacity(payload.count)
        for index in payload.indices { copy.append(payload[index]) }
        batches.append(Batch(payload: copy, isRepeated: isRepeated))
        var forgotten = 0
        while byteCount > WaitingBatches.bytesMax {
            byteCount -= batches[forgotten].payload.count
            forgotten += 1
        }
        batches.removeFirst(forgotten)
    }

    /// In the order in which they came.
    mutating func takeAll() -> [Batch] {
        defer { removeAll() }
        return batches
    }

    mutating func removeAll() {
        batches = []
        byteCount = 0
    }
}

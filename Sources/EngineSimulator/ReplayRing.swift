/// The last batches that an engine has published, for those who have missed some.
struct ReplayRing {
    struct Batch {
        let number: UInt64
        let payload: [UInt8]
    }

    private let countMax: Int
    /// The batch with number n is at n modulo `countMax`.
    private var batches: [Batch] = []
    private var next: UInt64 = 0

    init(countMax: Int) { self.countMax = countMax }

    /// Takes the batch with the next number; the first one has 0.
    mutating func append(_ payload: [UInt8]) {
        let batch = Batch(number: next, payload: payload)
        if batches.count < countMax {
            batches.append(batch)
        } else {
            batches[Int(next % UInt64(countMax))] = batch
        }
        next += 1
    }

    /// Those from this number on, as far as they are still there.
    func batches(from number: UInt64) -> [Batch] {
        let first = max(number, next - UInt64(batches.count))
        guard first < next else { return [] }
        return (first..<next).map { batches[Int($0 % UInt64(countMax))] }
    }
}

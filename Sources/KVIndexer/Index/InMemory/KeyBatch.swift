internal import Domain

/// The places of some keys, looked up together: the processor fetches them from memory side by
/// side instead of one after the other.
///
/// Thread safety: under the index's lock, by writers.
struct KeyBatch: ~Copyable {
    static let countMax = 32

    private var hashes = GrowingBuffer<BlockDirectory.Hash>()
    private var hints = GrowingBuffer<UInt32>()
    private var bits: UInt64 = 0

    init() {
        for _ in 0..<Self.countMax {
            hashes.append(BlockDirectory.Hash(tag: 0))
            hints.append(0)
        }
    }

    func hash(_ index: Int) -> BlockDirectory.Hash { hashes[index] }

    /// Where the key may be. To be checked against its entry.
    func hint(_ index: Int) -> UInt32 { hints[index] }

    /// - Parameter keys: at most `countMax`.
    mutating func look(
        up keys: Span<BlockKey>,
        _ directory: borrowing BlockDirectory,
        _ arena: borrowing BlockArena
    ) {
        for index in keys.indices {
            let hash = directory.hash(keys[index])
            hashes[index] = hash
            hints[index] = directory.hint(hash)
        }
        // What is read is of no matter, but that it is read: the sum keeps the compiler from
        // leaving it out.
        for index in keys.indices {
            let entry = Int(hints[index])
            bits &+= arena.keys[entry].rawValue &+ UInt64(arena.sets[entry].rawValue)
        }
    }
}

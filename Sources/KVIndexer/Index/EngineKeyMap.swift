import Domain

/// One endpoint's blocks by the engine's own hash: our key for each, and how many copies of it
/// the engine has announced in each tier. Belongs to the endpoint's writer.
///
/// Invariant: a block without copies has no entry, so the map is as large as what is cached.
struct EngineKeyMap {
    private struct Entry {
        let key: BlockKey
        /// By tier. Stays at 255: an engine with more copies loses the block early, which costs
        /// a prefill, rather than never.
        var copies: SIMD4<UInt8>
    }

    private var entries: [EngineBlockHash: Entry] = [:]

    var count: Int { entries.count }

    func key(of hash: EngineBlockHash) -> BlockKey? { entries[hash]?.key }

    /// Counts one more copy. Returns whether it is the first in this tier. A hash that is known
    /// keeps its key: to the engine, it names one content.
    mutating func insert(_ hash: EngineBlockHash, as key: BlockKey, in tier: CacheTier) -> Bool {
        let place = Int(tier.rawValue)
        let none = Entry(key: key, copies: SIMD4(repeating: 0))
        return { (entry: inout Entry) in
            if entry.copies[place] < .max { entry.copies[place] += 1 }
            return entry.copies[place] == 1
        }(&entries[hash, default: none])
    }

    /// Counts one copy less. Returns the block's key if that was the last one in this tier.
    mutating func remove(_ hash: EngineBlockHash, in tier: CacheTier) -> BlockKey? {
        let place = Int(tier.rawValue)
        guard var entry = entries[hash], entry.copies[place] > 0 else { return nil }
        entry.copies[place] -= 1
        entries[hash] = entry.copies == SIMD4(repeating: 0) ? nil : entry
        return entry.copies[place] == 0 ? entry.key : nil
    }

    mutating func removeAll() { entries.removeAll() }
}

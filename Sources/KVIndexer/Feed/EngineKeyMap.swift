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
        private var copies = SIMD4<UInt8>()

        init(key: BlockKey) { self.key = key }

        var isEmpty: Bool { copies == SIMD4() }

        /// Returns whether the copy is the first in its tier.
        mutating func addCopy(in tier: CacheTier) -> Bool {
            let place = Int(tier.rawValue)
            if copies[place] < .max { copies[place] += 1 }
            return copies[place] == 1
        }

        /// Returns whether the copy was the last in its tier.
        mutating func removeCopy(in tier: CacheTier) -> Bool {
            let place = Int(tier.rawValue)
            guard copies[place] > 0 else { return false }
            copies[place] -= 1
            return copies[place] == 0
        }
    }

    private var entries: [EngineBlockHash: Entry] = [:]

    var count: Int { entries.count }

    func key(of hash: EngineBlockHash) -> BlockKey? { entries[hash]?.key }

    /// Counts one more copy. Returns whether it is the first in this tier. A hash that is known
    /// keeps its key: to the engine, it names one content.
    mutating func insert(_ hash: EngineBlockHash, as key: BlockKey, in tier: CacheTier) -> Bool {
        entries[hash, default: Entry(key: key)].addCopy(in: tier)
    }

    /// Counts one copy less. Returns the block's key if that was the last one in this tier.
    mutating func remove(_ hash: EngineBlockHash, in tier: CacheTier) -> BlockKey? {
        guard var entry = entries[hash] else { return nil }
        let wasLast = entry.removeCopy(in: tier)
        entries[hash] = entry.isEmpty ? nil : entry
        return wasLast ? entry.key : nil
    }

    mutating func removeAll() { entries.removeAll() }
}

import Synchronization

/// Finds the runs that hold a block, by the block's hash.
///
/// Thread safety: every method may be called from any thread; one lock at a time is held.
struct PrefixIndex: Sendable {
    /// Where a block is kept.
    struct Place: Sendable {
        let run: PrefixRun
        let block: Int
    }

    private final class Shard: Sendable {
        let places = Mutex<[UInt64: Place]>([:])
    }

    private let shards = (0..<64).map { _ in Shard() }

    private func shard(of hash: UInt64) -> Shard { shards[Int(hash >> 58)] }

    subscript(hash: UInt64) -> Place? { shard(of: hash).places.withLock { $0[hash] } }

    /// Of two runs with an equal block, the later one is found.
    func insert(_ run: PrefixRun) {
        for (block, end) in run.ends.enumerated() {
            let place = Place(run: run, block: block)
            shard(of: end.hash).places.withLock { $0[end.hash] = place }
        }
    }

    func remove(_ run: PrefixRun) {
        for end in run.ends {
            shard(of: end.hash).places.withLock { places in
                if places[end.hash]?.run === run { places[end.hash] = nil }
            }
        }
    }
}

import Domain
import Synchronization

/// What Redis said lately about blocks.
///
/// Thread safety: any thread may use it; a block always maps to the same shard, whose entries are
/// only touched under its lock.
///
/// What was read just before a change and put in just after it stays until it expires: a lookup
/// may be wrong for that long, which costs at most one prefill.
final class RedisReadCache: Sendable {
    private struct Block: Hashable {
        let key: BlockKey
        let space: KeySpaceID
    }

    private struct Entry {
        let expires: ContinuousClock.Instant
        let presences: [RedisPresence]
    }

    /// A class only because an array cannot hold a bare `Mutex`.
    private final class Shard: Sendable {
        let entries = Mutex<[Block: Entry]>([:])
    }

    private static let shardCount = 64

    private let shards = (0..<RedisReadCache.shardCount).map { _ in Shard() }
    private let entriesMax: Int
    private let lifetime: Duration

    init(keysMax: Int, lifetime: Duration) {
        entriesMax = max(1, keysMax / RedisReadCache.shardCount)
        self.lifetime = lifetime
    }

    /// Nil if nothing is known.
    func presences(
        of key: BlockKey,
        in space: KeySpaceID,
        at now: ContinuousClock.Instant
    ) -> [RedisPresence]? {
        shard(of: key).entries.withLock { entries in
            guard let entry = entries[Block(key: key, space: space)], entry.expires > now else {
                return nil
            }
            return entry.presences
        }
    }

    func insert(
        _ presences: [RedisPresence],
        of key: BlockKey,
        in space: KeySpaceID,
        at now: ContinuousClock.Instant
    ) {
        guard lifetime > .zero else { return }
        shard(of: key).entries.withLock { entries in
            if entries.count >= entriesMax { makeRoom(in: &entries, at: now) }
            let entry = Entry(expires: now + lifetime, presences: presences)
            entries[Block(key: key, space: space)] = entry
        }
    }

    func remove(_ key: BlockKey, in space: KeySpaceID) {
        shard(of: key).entries.withLock { entries in
            guard !entries.isEmpty else { return }
            entries[Block(key: key, space: space)] = nil
        }
    }

    func removeAll() {
        for shard in shards { shard.entries.withLock { $0 = [:] } }
    }

    /// Drops what has expired. If that is less than half, drops everything: then entries are
    /// asked for faster than they expire, and whichever go are soon back.
    private func makeRoom(in entries: inout [Block: Entry], at now: ContinuousClock.Instant) {
        entries = entries.filter { $0.value.expires > now }
        if entries.count > entriesMax / 2 { entries = [:] }
    }

    /// The keys of one space are hashes; those of several differ in how they were made.
    private func shard(of key: BlockKey) -> Shard {
        shards[Int(truncatingIfNeeded: key.rawValue % UInt64(RedisReadCache.shardCount))]
    }
}

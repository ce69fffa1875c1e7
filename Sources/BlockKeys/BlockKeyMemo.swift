import Domain
import Synchronization

/// The keys of runs of blocks hashed before: what a run is hashed to depends on nothing but the
/// hash before it, its tokens and its tail.
///
/// Thread safety: every method may be called from any thread; runs are spread over shards, each
/// behind its own lock, which is held to compare and copy one run.
///
/// Invariants:
/// 1. A run is found only if the whole hash before it, every token, and the SHA-256 of its tail
///    are those that it was stored with: a number that picks its place is never trusted.
/// 2. It takes at most the memory it was given, and none before its first run.
final class BlockKeyMemo: Sendable {
    /// What the blocks of a run follow, and what ends each.
    struct Context: Equatable {
        var parent: BlockDigest
        /// Zeros for none.
        var tail: BlockDigest
    }

    /// Long enough that finding a run costs little for each block of it, and short enough that
    /// little of a shared beginning is left over.
    private static let runTokensMin = 256
    private static let shardCount = 32

    let runTokens: Int
    private let shards: [Shard]

    /// - Parameter bytesMax: Rounded down to whole runs; nil comes of less than one for each shard.
    init?(blockTokens: Int, bytesMax: Int) {
        let runBlocks = max(1, Self.runTokensMin / blockTokens)
        runTokens = runBlocks * blockTokens
        let runBytes =
            runTokens * MemoryLayout<TokenID>.stride + runBlocks * MemoryLayout<BlockKey>.stride
            + MemoryLayout<MemoizedRuns.Head>.stride
        let runCount = bytesMax / runBytes / Self.shardCount
        guard runCount > 0 else { return nil }
        let empty = MemoizedRuns(runCount: runCount, runTokens: runTokens, runBlocks: runBlocks)
        shards = (0..<Self.shardCount).map { _ in Shard(empty) }
    }

    /// Appends the keys of a run and moves `digest` behind it, if the run is known.
    ///
    /// - Returns: Where the run belongs, to store it there if it is not known.
    func find(
        _ tokens: Span<TokenID>,
        in context: Context,
        moving digest: inout BlockDigest,
        to keys: inout [BlockKey]
    ) -> Place? {
        let hash = tokens.fingerprint ^ context.parent.words.0 ^ context.tail.words.0
        let place = Place(shard: Int(hash % UInt64(Self.shardCount)), hash: hash / 32)
        let found = shards[place.shard].runs.withLock { runs in
            runs.appendKeys(of: tokens, in: context, at: place.hash, to: &keys)
        }
        guard let found else { return place }
        digest = found
        return nil
    }

    struct Place {
        fileprivate let shard: Int
        fileprivate let hash: UInt64
    }

    /// Stores a run, in place of the one of its neighbours that was not used for longest.
    ///
    /// - Parameters:
    ///   - digest: That of the run's last block.
    ///   - keys: End with those of the run.
    func store(
        _ tokens: Span<TokenID>,
        in context: Context,
        at place: Place,
        _ digest: BlockDigest,
        _ keys: [BlockKey]
    ) {
        shards[place.shard].runs.withLock { runs in
            runs.store(tokens, in: context, at: place.hash, digest, keys)
        }
    }

    /// A class only because an array cannot hold a bare `Mutex`.
    private final class Shard: Sendable {
        let runs: Mutex<MemoizedRuns>
        init(_ runs: MemoizedRuns) { self.runs = Mutex(runs) }
    }
}

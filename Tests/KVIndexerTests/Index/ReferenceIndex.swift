import Domain
import KVIndexer
import Synchronization

/// Which caches hold which blocks, as plainly as it can be said. What other indexes answer is
/// held against this one.
final class ReferenceIndex: KVIndex {
    struct Holder {
        let cache: CacheID
        let space: KeySpaceID
        var kind: HolderKind
        /// Copies of each block, by tier.
        var blocks: [BlockKey: SIMD4<Int32>] = [:]
    }

    private struct State {
        var holders: [HolderID: Holder] = [:]
        var nextHolder: UInt32 = 1
    }

    private let state = Mutex(State())

    var holders: [HolderID: Holder] { state.withLock { $0.holders } }

    /// Blocks that anybody holds.
    var keyCount: Int { Set(holders.values.flatMap(\.blocks.keys)).count }

    func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID? {
        state.withLock { state in
            let id = HolderID(rawValue: state.nextHolder)
            state.nextHolder += 1
            state.holders[id] = Holder(cache: cache, space: space, kind: kind)
            return id
        }
    }

    func markUncertain(_ holder: HolderID) {
        state.withLock { $0.holders[holder]?.kind = .uncertain }
    }

    func markConfirmed(_ holder: HolderID) {
        state.withLock { $0.holders[holder]?.kind = .confirmed }
    }

    func close(_ holder: HolderID) {
        state.withLock { $0.holders[holder] = nil }
    }

    func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        for key in keys.indices.map({ keys[$0] }) {
            state.withLock { state in
                let held = state.holders[holder]?.blocks[key] ?? SIMD4()
                if counting == .onlyFirst, held[Int(tier.rawValue)] > 0 { return }
                state.holders[holder]?.blocks[key, default: SIMD4()][Int(tier.rawValue)] += 1
            }
        }
    }

    func remove(_ keys: Span<BlockKey>, from holder: HolderID, tier: CacheTier) {
        for key in keys.indices.map({ keys[$0] }) {
            state.withLock { state in
                guard var held = state.holders[holder]?.blocks[key], held[Int(tier.rawValue)] > 0
                else { return }
                held[Int(tier.rawValue)] -= 1
                state.holders[holder]?.blocks[key] = held == SIMD4() ? nil : held
            }
        }
    }

    func contains(_ key: BlockKey, in holder: HolderID) -> Bool {
        holders[holder]?.blocks[key] != nil
    }

    func isConfirmed(_ key: BlockKey, at cache: CacheID, in space: KeySpaceID) -> Bool {
        holders.values.contains {
            $0.kind == .confirmed && $0.cache == cache && $0.space == space
                && $0.blocks[key] != nil
        }
    }

    func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        into matches: inout PrefixMatches
    ) {
        let keys = keys.indices.map { keys[$0] }
        let caches = Dictionary(
            grouping: holders.values.filter { $0.space == space },
            by: \.cache
        )
        // Of ranks that hold as much, the lowest is told.
        for cache in caches.keys.sorted(by: { $0.rank < $1.rank }) {
            let match = Self.match(of: keys, at: cache, caches[cache] ?? [])
            guard match.blocks > 0 else { continue }
            if cache == .shared {
                matches.sharedBlocks = max(matches.sharedBlocks, Int(match.blocks))
            } else {
                matches.add(match)
            }
        }
    }

    private static func match(
        of keys: [BlockKey],
        at cache: CacheID,
        _ holders: [Holder]
    ) -> EndpointMatch {
        var match = EndpointMatch(endpoint: cache.endpoint, rank: cache.rank, blocks: 0)
        for key in keys {
            let having = holders.filter { $0.blocks[key] != nil }
            guard !having.isEmpty else { break }
            match.blocks += 1
            let sure = having.filter { $0.kind != .expected }
            guard !sure.isEmpty else {
                match.expectedBlocks += 1
                continue
            }
            if !sure.contains(where: { $0.kind == .confirmed }) { match.uncertainBlocks += 1 }
            let copies = sure.reduce(SIMD4<Int32>()) { $0 &+ ($1.blocks[key] ?? SIMD4()) }
            if let tier = (0..<4).first(where: { copies[$0] > 0 }) { match.blocksByTier[tier] += 1 }
        }
        return match
    }
}

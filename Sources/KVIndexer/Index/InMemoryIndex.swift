package import Domain
import Synchronization
import Telemetry

/// Which caches hold which blocks, in this process's memory.
package final class InMemoryIndex: KVIndex {
    private struct Holder {
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
    private let metrics: KVIndexerMetrics

    package init(config: InMemoryIndexConfig, metrics: KVIndexerMetrics) {
        self.metrics = metrics
    }

    /// Blocks that anybody holds.
    package var keyCount: Int {
        state.withLock { Set($0.holders.values.flatMap(\.blocks.keys)).count }
    }

    package func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID? {
        state.withLock { state in
            let id = HolderID(rawValue: state.nextHolder)
            state.nextHolder += 1
            state.holders[id] = Holder(cache: cache, space: space, kind: kind)
            return id
        }
    }

    package func markUncertain(_ holder: HolderID) {
        state.withLock { $0.holders[holder]?.kind = .uncertain }
    }

    package func markConfirmed(_ holder: HolderID) {
        state.withLock { $0.holders[holder]?.kind = .confirmed }
    }

    package func close(_ holder: HolderID) {
        state.withLock { $0.holders[holder] = nil }
    }

    package func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        let keys = keys.indices.map { keys[$0] }
        state.withLock { state in
            for key in keys {
                let held = state.holders[holder]?.blocks[key] ?? SIMD4()
                if counting == .onlyFirst, held[Int(tier.rawValue)] > 0 { continue }
                state.holders[holder]?.blocks[key, default: SIMD4()][Int(tier.rawValue)] += 1
            }
        }
        metrics.keysStored.add(UInt64(keys.count))
    }

    package func remove(_ keys: Span<BlockKey>, from holder: HolderID, tier: CacheTier) {
        let keys = keys.indices.map { keys[$0] }
        state.withLock { state in
            for key in keys {
                guard var held = state.holders[holder]?.blocks[key],
                    held[Int(tier.rawValue)] > 0
                else { continue }
                held[Int(tier.rawValue)] -= 1
                state.holders[holder]?.blocks[key] = held == SIMD4() ? nil : held
            }
        }
        metrics.keysRemoved.add(UInt64(keys.count))
    }

    /// Calls `body` once for each run of blocks that the same holders hold in the same tiers.
    /// A block that is stored or removed between two calls may be missing.
    ///
    /// - Returns: false if that was the end.
    package func exportRuns(
        from cursor: inout IndexCursor,
        entriesMax: Int,
        _ body: (Span<BlockKey>, [HolderTiers]) -> Void
    ) -> Bool {
        let holders = state.withLock { $0.holders }
        let keys = Set(holders.values.flatMap(\.blocks.keys)).sorted { $0.rawValue < $1.rawValue }
        let first = Int(cursor.position)
        let page = keys.dropFirst(first).prefix(entriesMax)
        for key in page {
            let run = [key]
            let having = holders.compactMap { id, holder in
                holder.blocks[key].map { HolderTiers(holder: id, tiers: Self.tiers($0)) }
            }
            body(run.span, having)
        }
        cursor.position = UInt64(first + page.count)
        return first + page.count < keys.count
    }

    private static func tiers(_ copies: SIMD4<Int32>) -> CacheTiers {
        CacheTiers(CacheTier.allCases.filter { copies[Int($0.rawValue)] > 0 }.map(CacheTiers.init))
    }

    /// Every holder that is open.
    package var openHolders: [OpenHolder] {
        state.withLock { state in
            state.holders.map {
                OpenHolder(id: $0, cache: $1.cache, space: $1.space, kind: $1.kind)
            }
        }
    }

    package func contains(_ key: BlockKey, in holder: HolderID) -> Bool {
        state.withLock { $0.holders[holder]?.blocks[key] != nil }
    }

    package func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        into matches: inout PrefixMatches
    ) {
        let holders = state.withLock { $0.holders.values.filter { $0.space == space } }
        for (cache, holders) in Dictionary(grouping: holders, by: \.cache) {
            var match = EndpointMatch(endpoint: cache.endpoint, rank: cache.rank, blocks: 0)
            for index in keys.indices {
                let having = holders.filter { $0.blocks[keys[index]] != nil }
                guard !having.isEmpty else { break }
                match.blocks += 1
                let sure = having.filter { $0.kind != .expected }
                guard !sure.isEmpty else {
                    match.expectedBlocks += 1
                    continue
                }
                if !sure.contains(where: { $0.kind == .confirmed }) { match.uncertainBlocks += 1 }
                let copies = sure.reduce(SIMD4<Int32>()) {
                    $0 &+ ($1.blocks[keys[index]] ?? SIMD4())
                }
                if let tier = (0..<4).first(where: { copies[$0] > 0 }) {
                    match.blocksByTier[tier] += 1
                }
            }
            guard match.blocks > 0 else { continue }
            if cache == .shared {
                matches.sharedBlocks = max(matches.sharedBlocks, Int(match.blocks))
            } else {
                matches.add(match)
            }
        }
    }
}

import Domain

/// Follows a prompt's blocks from the first, with every cache that had all of them so far.
struct RedisPrefixWalk {
    private struct Candidate {
        let order: UInt64
        var match: EndpointMatch

        mutating func count(_ holding: RedisCorrections.Holding) {
            match.blocks += 1
            if holding.tiers == 0 {
                match.expectedBlocks += 1
            } else {
                match.blocksByTier[holding.tiers.trailingZeroBitCount] += 1
                if holding.isUncertain { match.uncertainBlocks += 1 }
            }
        }
    }

    private let corrections: RedisCorrections
    /// In ascending order.
    private var candidates: [Candidate] = []
    private var left: [Candidate] = []
    private var hasBegun = false

    init(in space: KeySpaceID, correctedBy claims: [RedisClaim.Name: RedisClaim]?) {
        corrections = RedisCorrections(space: space, claims: claims)
    }

    /// Goes on to the next block.
    ///
    /// - Returns: false if no cache has it: then the walk is over.
    mutating func advance(to key: BlockKey, heldBy presences: [RedisPresence]) -> Bool {
        if !hasBegun {
            hasBegun = true
            candidates = presences.map { presence in
                let cache = presence.cache
                let match = EndpointMatch(endpoint: cache.endpoint, rank: cache.rank, blocks: 0)
                return Candidate(order: presence.order, match: match)
            }
        }
        var kept = 0
        var place = 0
        for index in candidates.indices {
            let order = candidates[index].order
            while place < presences.count, presences[place].order < order { place += 1 }
            guard place < presences.count, presences[place].order == order,
                let holding = corrections.holding(presences[place], of: key)
            else {
                left.append(candidates[index])
                continue
            }
            candidates[index].count(holding)
            if kept < index { candidates[kept] = candidates[index] }
            kept += 1
        }
        if kept < candidates.count { candidates.removeLast(candidates.count - kept) }
        return kept > 0
    }

    /// Adds what every cache had.
    func end(into matches: inout PrefixMatches) {
        for list in [candidates, left] {
            for candidate in list where candidate.match.blocks > 0 {
                if candidate.match.endpoint == CacheID.shared.endpoint {
                    matches.sharedBlocks = max(matches.sharedBlocks, Int(candidate.match.blocks))
                } else {
                    matches.add(candidate.match)
                }
            }
        }
    }
}

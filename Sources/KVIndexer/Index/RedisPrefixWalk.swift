import Domain

/// Follows a prompt's blocks from the first, with every cache that had all of them so far.
struct RedisPrefixWalk {
    private struct Candidate {
        let order: UInt64
        var match: EndpointMatch
    }

    private let space: KeySpaceID
    /// What Redis does not know about our own claims; nil if there is nothing of the kind.
    private let corrections: [RedisClaim.Name: RedisClaim]?
    /// In ascending order.
    private var candidates: [Candidate] = []
    private var left: [Candidate] = []
    private var hasBegun = false

    init(in space: KeySpaceID, correctedBy corrections: [RedisClaim.Name: RedisClaim]?) {
        self.space = space
        self.corrections = corrections
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
        for candidate in candidates.indices {
            while place < presences.count, presences[place].order < candidates[candidate].order {
                place += 1
            }
            guard place < presences.count, presences[place].order == candidates[candidate].order,
                count(presences[place], of: key, in: &candidates[candidate].match)
            else {
                left.append(candidates[candidate])
                continue
            }
            candidates.swapAt(kept, candidate)
            kept += 1
        }
        candidates.removeLast(candidates.count - kept)
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

    /// - Returns: false if the cache does not hold the block after all.
    private func count(
        _ presence: RedisPresence,
        of key: BlockKey,
        in match: inout EndpointMatch
    ) -> Bool {
        var (tiers, expected, isUncertain) = (presence.tiers, presence.expectedTiers, false)
        if corrections != nil {
            (tiers, isUncertain) = corrected(tiers, of: key, at: presence.cache, isExpected: false)
            expected = corrected(expected, of: key, at: presence.cache, isExpected: true).tiers
        }
        guard tiers | expected != 0 else { return false }
        match.blocks += 1
        if tiers == 0 {
            match.expectedBlocks += 1
        } else {
            match.blocksByTier[tiers.trailingZeroBitCount] += 1
            if isUncertain { match.uncertainBlocks += 1 }
        }
        return true
    }

    private func corrected(
        _ tiers: UInt8,
        of key: BlockKey,
        at cache: CacheID,
        isExpected: Bool
    ) -> (tiers: UInt8, isUncertain: Bool) {
        let name = RedisClaim.Name(cache: cache, space: space, isExpected: isExpected)
        guard tiers != 0, let claim = corrections?[name] else { return (tiers, false) }
        return claim.corrected(tiers, of: key)
    }
}

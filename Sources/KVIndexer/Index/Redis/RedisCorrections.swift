import Domain

/// What this process knows better than Redis: what it has not written yet, and which of its
/// blocks are uncertain.
struct RedisCorrections {
    /// How a cache has a block.
    struct Holding {
        /// A bit for each tier that an engine has confirmed. None: the block is only expected.
        var tiers: UInt8
        var isUncertain = false
    }

    let space: KeySpaceID
    /// Those that may have to be corrected; nil if there are none.
    let claims: [RedisClaim.Name: RedisClaim]?

    /// Nil if the cache does not have the block after all.
    func holding(_ presence: RedisPresence, of key: BlockKey) -> Holding? {
        guard claims != nil else { return Holding(tiers: presence.tiers) }
        let cache = presence.cache
        let sure = corrected(presence.tiers, of: key, at: cache, isExpected: false)
        if sure.tiers != 0 { return Holding(tiers: sure.tiers, isUncertain: sure.isUncertain) }
        let expected = corrected(presence.expectedTiers, of: key, at: cache, isExpected: true)
        return expected.tiers == 0 ? nil : Holding(tiers: 0)
    }

    private func corrected(
        _ tiers: UInt8,
        of key: BlockKey,
        at cache: CacheID,
        isExpected: Bool
    ) -> (tiers: UInt8, isUncertain: Bool) {
        let name = RedisClaim.Name(cache: cache, space: space, isExpected: isExpected)
        guard tiers != 0, let claim = claims?[name] else { return (tiers, false) }
        return claim.corrected(tiers, of: key)
    }
}

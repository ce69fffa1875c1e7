import Domain

/// A cache that holds a block, as Redis tells it.
struct RedisPresence: Equatable, Sendable, BitwiseCopyable {
    /// Endpoint, then rank: presences of a block are in this order, each cache once.
    let order: UInt64
    /// A bit for each tier that an engine has confirmed.
    var tiers: UInt8
    /// A bit for each tier that is only expected.
    var expectedTiers: UInt8

    init(_ cache: CacheID, tiers: UInt8, expectedTiers: UInt8) {
        order = UInt64(cache.endpoint.rawValue) << 16 | UInt64(cache.rank)
        self.tiers = tiers
        self.expectedTiers = expectedTiers
    }

    var cache: CacheID {
        CacheID(
            endpoint: EndpointID(rawValue: UInt32(order >> 16)),
            rank: UInt16(truncatingIfNeeded: order)
        )
    }
}

package import Domain

/// Which endpoints hold which blocks.
///
/// Every method may be called from any thread. Changes of one endpoint come from one thread at a
/// time and take effect in its order; a lookup may see a run of keys half applied.
package protocol KVIndex: Sendable {
    /// Storing what is held already changes nothing.
    func store(_ keys: Span<BlockKey>, at endpoint: EndpointID, in tier: CacheTier)

    /// Removing what is not held changes nothing.
    func remove(_ keys: Span<BlockKey>, from endpoint: EndpointID, in tier: CacheTier)

    /// Forgets everything about an endpoint, in every tier.
    func clear(_ endpoint: EndpointID)

    /// For each endpoint, how many of the leading blocks it holds without a gap. Each block may
    /// lie in any tier.
    func longestPrefixes(of keys: Span<BlockKey>) -> PrefixMatches
}

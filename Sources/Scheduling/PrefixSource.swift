package import Domain

/// Whose word on what endpoints hold of a prompt a plug-in goes by.
package enum PrefixSource: Sendable {
    /// Of each endpoint its own announcements, or, where it makes none, what was sent to it.
    case automatic
    /// The engines' announcements.
    case precise
    /// What was sent to them.
    case approximate
}

/// How much of a prompt one endpoint holds.
package struct CachedPrefix: Equatable, Sendable {
    package var match: EndpointMatch
    /// Full blocks in the prompt. 0: nothing is known of the prompt.
    package var blockCount: Int
    package var blockTokens: Int

    /// Tokens that it holds, in any tier.
    package var tokens: Int { Int(match.blocks) * blockTokens }

    /// Tokens that it holds, each for what its tier is worth.
    package func tokensWorth(_ weights: TierWeights) -> Double {
        weights.value(of: match) * Double(blockTokens)
    }
}

/// Walks what candidates hold. To be asked in ascending order of positions.
package struct PrefixCursor {
    private let source: PrefixSource
    private let context: SchedulingContext
    private var precisePlace = 0
    private var approximatePlace = 0

    package init(_ source: PrefixSource, in context: SchedulingContext) {
        self.source = source
        self.context = context
    }

    package mutating func prefix(at position: Int) -> CachedPrefix {
        let isPrecise =
            switch source {
            case .precise: true
            case .approximate: false
            case .automatic:
                position < context.announcing.count ? context.announcing[position] : false
            }
        let id = context.snapshot.ids[position]
        return isPrecise
            ? CachedPrefix(
                match: Self.match(of: id, in: context.matches, from: &precisePlace),
                blockCount: context.matches.blockCount,
                blockTokens: context.blockTokens
            )
            : CachedPrefix(
                match: Self.match(of: id, in: context.approximateMatches, from: &approximatePlace),
                blockCount: context.approximateMatches.blockCount,
                blockTokens: context.approximateBlockTokens
            )
    }

    private static func match(
        of id: EndpointID,
        in matches: PrefixMatches,
        from place: inout Int
    ) -> EndpointMatch {
        while place < matches.endpoints.count,
            matches.endpoints[place].endpoint.rawValue < id.rawValue
        {
            place += 1
        }
        guard place < matches.endpoints.count, matches.endpoints[place].endpoint == id else {
            return EndpointMatch(endpoint: id, blocks: 0)
        }
        return matches.endpoints[place]
    }
}

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

    package init(match: EndpointMatch, blockCount: Int, blockTokens: Int) {
        self.match = match
        self.blockCount = blockCount
        self.blockTokens = blockTokens
    }

    /// Tokens that it holds, in any tier.
    package var tokens: Int { Int(match.blocks) * blockTokens }

    /// Tokens that it holds, each for what its tier is worth.
    package func tokensWorth(_ weights: TierWeights) -> Double {
        weights.value(of: match) * Double(blockTokens)
    }
}

/// Walks what candidates hold. To be asked in ascending order of positions.
package struct PrefixCursor {
    private let ids: [EndpointID]
    private let isAlwaysPrecise: Bool
    private let announcing: [Bool]
    private var precise: Walk
    private var approximate: Walk

    package init(_ source: PrefixSource, in context: SchedulingContext) {
        ids = context.snapshot.ids
        isAlwaysPrecise = source == .precise
        announcing = source == .automatic ? context.announcing : []
        precise = Walk(context.matches, blockTokens: context.blockTokens)
        approximate = Walk(
            context.approximateMatches,
            blockTokens: context.approximateBlockTokens
        )
    }

    package mutating func prefix(at position: Int) -> CachedPrefix {
        isPrecise(position)
            ? precise.prefix(at: ids[position]) : approximate.prefix(at: ids[position])
    }

    /// As `prefix(at:)` and its `tokensWorth(_:)`, but faster.
    package mutating func tokensWorth(_ weights: TierWeights, at position: Int) -> Double {
        isPrecise(position)
            ? precise.tokensWorth(weights, at: ids[position])
            : approximate.tokensWorth(weights, at: ids[position])
    }

    private func isPrecise(_ position: Int) -> Bool {
        isAlwaysPrecise || (position < announcing.count && announcing[position])
    }

    /// Through the matches of one source.
    private struct Walk {
        private let matches: [EndpointMatch]
        private let blockCount: Int
        private let blockTokens: Int
        private var place = 0

        init(_ matches: PrefixMatches, blockTokens: Int) {
            self.matches = matches.endpoints
            blockCount = matches.blockCount
            self.blockTokens = blockTokens
        }

        mutating func prefix(at id: EndpointID) -> CachedPrefix {
            CachedPrefix(
                match: reach(id) ? matches[place] : EndpointMatch(endpoint: id, blocks: 0),
                blockCount: blockCount,
                blockTokens: blockTokens
            )
        }

        mutating func tokensWorth(_ weights: TierWeights, at id: EndpointID) -> Double {
            reach(id) ? weights.value(of: matches[place]) * Double(blockTokens) : 0
        }

        /// Whether there is a match of that endpoint, at `place`.
        private mutating func reach(_ id: EndpointID) -> Bool {
            while place < matches.count, matches[place].endpoint.rawValue < id.rawValue {
                place += 1
            }
            return place < matches.count && matches[place].endpoint == id
        }
    }
}

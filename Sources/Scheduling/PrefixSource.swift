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
    private let ids: [EndpointID]
    private let announcing: Announcing
    private var precise: Walk
    private var approximate: Walk

    private enum Announcing {
        case all
        case none
        case some([Bool])
    }

    package init(_ source: PrefixSource, in context: SchedulingContext) {
        ids = context.snapshot.ids
        announcing =
            switch source {
            case .precise: .all
            case .approximate: .none
            case .automatic: .some(context.announcing)
            }
        precise = Walk(context.matches, blockTokens: context.blockTokens)
        approximate = Walk(
            context.approximateMatches,
            blockTokens: context.approximateBlockTokens
        )
    }

    package mutating func prefix(at position: Int) -> CachedPrefix {
        let isPrecise =
            switch announcing {
            case .all: true
            case .none: false
            case .some(let announcing): position < announcing.count && announcing[position]
            }
        let id = ids[position]
        return isPrecise ? precise.prefix(at: id) : approximate.prefix(at: id)
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
            while place < matches.count, matches[place].endpoint.rawValue < id.rawValue {
                place += 1
            }
            let isMatch = place < matches.count && matches[place].endpoint == id
            return CachedPrefix(
                match: isMatch ? matches[place] : EndpointMatch(endpoint: id, blocks: 0),
                blockCount: blockCount,
                blockTokens: blockTokens
            )
        }
    }
}

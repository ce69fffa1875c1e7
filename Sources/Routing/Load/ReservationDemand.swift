package import Domain
package import KVIndexer

/// A prompt in blocks, and who holds how many of them.
package struct PromptEvidence: Sendable {
    /// Those that the picked endpoint is credited with. None if it is not credited.
    package var blocks: PromptBlocks
    package var matches: PrefixMatches

    package static let none = PromptEvidence(blocks: .none, matches: .none)

    package init(blocks: PromptBlocks, matches: PrefixMatches) {
        self.blocks = blocks
        self.matches = matches
    }
}

/// What a request will take of the endpoint that it gets, and what is known of its prompt.
package struct ReservationDemand: Sendable {
    package var promptTokens = 0
    /// Tokens that it is expected to generate.
    package var outputTokens = 0
    /// By what engines announce.
    package var precise = PromptEvidence.none
    /// By what was sent to them.
    package var approximate = PromptEvidence.none
    /// When both were looked up: `EndpointLedger.lookupBegins()` just before.
    package var lookup = LookupNumber.beforeAll
    /// Whether its lease is told of the first token: of streamed responses whose body is seen.
    /// Otherwise its prompt counts as computed when the endpoint's learned rate says so, or at the
    /// response's end, whichever is earlier.
    package var seesFirstToken = false
    /// Whether the decision's uncached tokens are more than a guess, so that the time to the first
    /// token teaches how fast the endpoint is.
    package var teachesRate = true

    package init() {}

    /// Whether no endpoint is known to hold any of the prompt.
    var isCold: Bool {
        precise.matches.endpoints.isEmpty && approximate.matches.endpoints.isEmpty
    }
}

/// A moment, among those at which credits of picks have reached the index.
package struct LookupNumber: Comparable, Sendable, BitwiseCopyable {
    let rawValue: UInt64

    /// Nothing had reached the index.
    package static let beforeAll = LookupNumber(rawValue: 0)

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

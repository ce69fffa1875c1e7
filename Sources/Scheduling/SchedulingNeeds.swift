/// What has to be known or kept beside the pool for a configuration's plug-ins to work.
package struct SchedulingNeeds: Equatable, Sendable {
    /// Ways in which sessions are kept.
    package var sessions: Set<SessionAffinity> = []
    /// Headers that plug-ins look at, besides those of sessions.
    package var headers: Set<String> = []
    /// What is remembered of the prompts sent to each endpoint. Nil: nothing.
    package var approximatePrefix: ApproximatePrefixConfig?

    package init() {}

    package mutating func formUnion(_ other: SchedulingNeeds) {
        sessions.formUnion(other.sessions)
        headers.formUnion(other.headers)
        approximatePrefix = approximatePrefix ?? other.approximatePrefix
    }
}

/// How what was sent to endpoints is remembered, under llm-d's names and with its defaults
/// (`approx-prefix-cache-producer`).
package struct ApproximatePrefixConfig: Hashable, Sendable {
    /// Whether the engine's own figures replace `blockTokens` and `blocksPerEndpointMax`.
    package var followsEngines = true
    /// Tokens in a block, at least 1; below 64 counts as 64.
    package var blockTokens = 16
    /// Blocks of a prompt that are looked at.
    package var prefixBlocksMax = 2048
    package var prefixTokensMax = 131_072
    /// Blocks that are remembered of each endpoint; the least recently used go first.
    package var blocksPerEndpointMax = 31_250

    package init() {}
}

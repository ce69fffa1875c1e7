package import Domain

extension RoutingDecision {
    /// What a profile's pick comes to: its first endpoint serves, the others stand in for it.
    ///
    /// - Parameter picked: positions in the snapshot, the best first, never empty.
    package init(picked: [Int32], in context: SchedulingContext) {
        precondition(!picked.isEmpty, "a picker picks at least one endpoint")
        let position = Int(picked[0])
        let prefix = context.prefix(at: position)
        // What was sent to endpoints is remembered in blocks of its own size.
        let blockTokens = max(1, context.blockTokens)
        let blockCount =
            context.matches.blockCount > 0
            ? context.matches.blockCount
            : prefix.blockCount * prefix.blockTokens / blockTokens
        self.init(
            endpoint: context.snapshot.endpoints[position],
            matchedBlocks: min(prefix.tokens / blockTokens, blockCount),
            blockCount: blockCount
        )
        fallbacks = picked.dropFirst().map { context.snapshot.endpoints[Int($0)] }
        rank = context.rank(at: position)
        uncachedTokens = max(0, context.request.promptTokens - prefix.tokens)
    }
}

extension PrefillDecision {
    package init(at position: Int, in context: SchedulingContext) {
        self.init(
            endpoint: context.snapshot.endpoints[position],
            rank: context.rank(at: position),
            uncachedTokens: context.uncachedTokens(at: position)
        )
    }
}

import Domain

extension SchedulingContext {
    /// How much of the prompt one endpoint holds. For all of them, walk a `PrefixCursor`.
    package func prefix(at position: Int) -> CachedPrefix {
        var cursor = PrefixCursor(.automatic, in: self)
        return cursor.prefix(at: position)
    }

    /// Tokens of the prompt that an endpoint would have to compute: those that it holds in no tier.
    package func uncachedTokens(at position: Int) -> Int {
        max(0, request.promptTokens - prefix(at: position).tokens)
    }

    /// The data-parallel rank that holds the most of the prompt. Nil if no choice of ours is
    /// better than another: one rank, nothing held, or only a guess, which knows no ranks.
    package func rank(at position: Int) -> Int? {
        let size = snapshot.endpoints[position].dataParallelSize
        guard size > 1, position < announcing.count, announcing[position] else { return nil }
        let match = prefix(at: position).match
        // The pool may have shrunk since the rank announced what it holds.
        return match.blocks > 0 && match.rank < size ? Int(match.rank) : nil
    }
}

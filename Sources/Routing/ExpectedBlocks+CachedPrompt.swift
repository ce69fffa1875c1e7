import Domain
import KVIndexer

extension ExpectedBlocks {
    /// Credits the endpoint with the prompt's blocks that it does not hold. Which of several keys
    /// its engine will announce them under is not asked: those of others expire.
    ///
    /// - Parameter rank: the data-parallel rank that serves the request. Nil: the engine chooses,
    ///   most likely the one that holds the most.
    func credit(_ prompt: CachedPrompt, at endpoint: EndpointID, rank: Int?) -> [CreditID] {
        let match = prompt.matches[endpoint]
        let rank = rank.map { UInt16(clamping: $0) } ?? match?.rank ?? 0
        let known = match.flatMap { $0.rank == rank ? $0 : nil }
        let confirmed = Int((known?.blocks ?? 0) - (known?.expectedBlocks ?? 0))
        let confirmedTokens = max(0, confirmed) * prompt.blocks.blockSize.tokenCount
        return prompt.blocks.chains.compactMap { chain in
            credit(
                chain.keys.span,
                beyond: confirmedTokens / chain.blockSize.tokenCount,
                in: chain.space,
                at: CacheID(endpoint: endpoint, rank: rank)
            )
        }
    }
}

import Domain
import KVIndexer

extension ExpectedBlocks {
    /// Credits the endpoint with the prompt's blocks that it does not hold. Which of several keys
    /// its engine will announce them under is not asked: those of others expire.
    func credit(_ prompt: CachedPrompt, at endpoint: EndpointID) {
        let match = prompt.matches[endpoint]
        let confirmed = Int((match?.blocks ?? 0) - (match?.expectedBlocks ?? 0))
        let confirmedTokens = max(0, confirmed) * prompt.blocks.blockSize.tokenCount
        for chain in prompt.blocks.chains {
            _ = credit(
                chain.keys.span,
                beyond: confirmedTokens / chain.blockSize.tokenCount,
                in: chain.space,
                at: CacheID(endpoint: endpoint, rank: match?.rank ?? 0)
            )
        }
    }
}

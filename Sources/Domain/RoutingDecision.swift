/// Where a request goes.
package struct RoutingDecision: Sendable, Equatable {
    package let endpoint: Endpoint
    /// Blocks of the prompt that the endpoint already holds, as far as the index knows.
    package let matchedBlocks: Int
    package let blockCount: Int

    package init(endpoint: Endpoint, matchedBlocks: Int, blockCount: Int) {
        self.endpoint = endpoint
        self.matchedBlocks = matchedBlocks
        self.blockCount = blockCount
    }
}

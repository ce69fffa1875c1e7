/// How much of a prompt's prefix each endpoint holds.
package struct PrefixMatches: Sendable, Equatable {
    /// Full blocks in the prompt.
    package var blockCount: Int
    /// Blocks held from the start without a gap, in any tier. Endpoints that hold none are absent.
    package var matchedBlocks: [EndpointID: Int]

    package static let none = PrefixMatches(blockCount: 0)

    package init(blockCount: Int, matchedBlocks: [EndpointID: Int] = [:]) {
        self.blockCount = blockCount
        self.matchedBlocks = matchedBlocks
    }
}

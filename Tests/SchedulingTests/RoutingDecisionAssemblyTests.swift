import Domain
import Scheduling
import Testing

@Suite struct RoutingDecisionAssemblyTests {
    /// A prompt of 100 tokens, which is 6 blocks of 16, and two endpoints: the first announces what
    /// it holds, the second does not.
    private func context(
        ranks: Int = 1,
        matches: [EndpointMatch] = [],
        approximate: [EndpointMatch] = []
    ) -> SchedulingContext {
        var request = InferenceRequest(model: "m")
        request.promptTokens = 100
        var context = SchedulingContext(
            request: request,
            snapshot: EndpointSnapshot(
                generation: 1,
                endpoints: (0..<2).map { id in
                    Endpoint(
                        id: EndpointID(rawValue: id),
                        name: "e\(id)",
                        address: "e\(id):80",
                        dataParallelSize: ranks
                    )
                }
            )
        )
        context.matches = PrefixMatches(blockCount: 6)
        for match in matches { context.matches.add(match) }
        context.approximateMatches = PrefixMatches(blockCount: 2)
        context.approximateBlockTokens = 50
        for match in approximate { context.approximateMatches.add(match) }
        context.announcing = [true, false]
        return context
    }

    private func match(_ endpoint: UInt32, rank: UInt16 = 0, blocks: Int32) -> EndpointMatch {
        EndpointMatch(endpoint: EndpointID(rawValue: endpoint), rank: rank, blocks: blocks)
    }

    @Test func `a decision says how much of the prompt its endpoint holds`() {
        let context = context(matches: [match(0, blocks: 4)])
        let decision = RoutingDecision(picked: [0, 1], in: context)
        #expect(decision.endpoint.name == "e0")
        #expect(decision.fallbacks.map(\.name) == ["e1"])
        #expect(decision.matchedBlocks == 4)
        #expect(decision.blockCount == 6)
        #expect(decision.uncachedTokens == 100 - 64)
    }

    /// 100 tokens in two blocks of 50 are all of the 6 blocks of 16 that the prompt has.
    @Test(arguments: [(1, 3, 50), (2, 6, 0), (0, 0, 100)] as [(Int32, Int, Int)])
    func `what was sent to an endpoint is counted in the blocks of the others`(
        sent: Int32,
        matched: Int,
        uncached: Int
    ) {
        let context = context(matches: [match(1, blocks: 5)], approximate: [match(1, blocks: sent)])
        let decision = RoutingDecision(picked: [1], in: context)
        #expect(decision.matchedBlocks == matched)
        #expect(decision.blockCount == 6)
        #expect(decision.uncachedTokens == uncached)
    }

    @Test func `where only approximate blocks are known, they tell how long the prompt is`() {
        var context = context(approximate: [match(1, blocks: 1)])
        context.matches = .none
        let decision = RoutingDecision(picked: [1], in: context)
        #expect(decision.matchedBlocks == 3)
        #expect(decision.blockCount == 6)
    }

    @Test func `more held than was asked for leaves nothing to compute, not less`() {
        var context = context(matches: [match(0, blocks: 6)])
        context.request.promptTokens = 90
        #expect(RoutingDecision(picked: [0], in: context).uncachedTokens == 0)
        #expect(PrefillDecision(at: 0, in: context).uncachedTokens == 0)
    }

    @Test(
        arguments: [
            (ranks: 4, rank: 3, blocks: 2, expected: 3),
            (ranks: 4, rank: 0, blocks: 2, expected: 0),
            (ranks: 4, rank: 0, blocks: 0, expected: nil),
            (ranks: 1, rank: 0, blocks: 2, expected: nil),
            (ranks: 4, rank: 4, blocks: 2, expected: nil),
        ] as [(ranks: Int, rank: UInt16, blocks: Int32, expected: Int?)]
    )
    func `a request goes to the rank that holds its prefix, if that says anything`(
        ranks: Int,
        rank: UInt16,
        blocks: Int32,
        expected: Int?
    ) {
        let context = context(ranks: ranks, matches: [match(0, rank: rank, blocks: blocks)])
        #expect(RoutingDecision(picked: [0], in: context).rank == expected)
        #expect(PrefillDecision(at: 0, in: context).rank == expected)
    }

    @Test func `a guess names no rank`() {
        let context = context(ranks: 4, approximate: [match(1, blocks: 2)])
        #expect(RoutingDecision(picked: [1], in: context).rank == nil)
    }
}

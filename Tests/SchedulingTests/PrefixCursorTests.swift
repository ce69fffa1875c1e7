import Domain
import Scheduling
import Testing

/// Endpoints 1, 3, 5, 7 at the positions 0 to 3.
@Suite struct PrefixCursorTests {
    private func context(announcing: [Bool]) -> SchedulingContext {
        let pool = [1, 3, 5, 7].map { id in
            Endpoint(id: EndpointID(rawValue: id), name: "engine-\(id)", address: "e\(id):80")
        }
        var context = SchedulingContext(
            request: InferenceRequest(model: "m"),
            snapshot: EndpointSnapshot(generation: 1, endpoints: pool)
        )
        // Endpoints that have left the pool may still have matches.
        context.matches = matches(blockCount: 10, [0: 9, 1: 2, 4: 9, 5: 6, 7: 10, 8: 9])
        context.approximateMatches = matches(blockCount: 3, [1: 1, 3: 2, 6: 3])
        context.announcing = announcing
        return context
    }

    private func matches(blockCount: Int, _ blocks: [UInt32: Int]) -> PrefixMatches {
        PrefixMatches(
            blockCount: blockCount,
            matchedBlocks: Dictionary(
                uniqueKeysWithValues: blocks.map { (EndpointID(rawValue: $0.key), $0.value) }
            )
        )
    }

    private func prefixes(
        _ source: PrefixSource,
        announcing: [Bool] = [],
        at positions: [Int] = [0, 1, 2, 3]
    ) -> [CachedPrefix] {
        var cursor = PrefixCursor(source, in: context(announcing: announcing))
        return positions.map { cursor.prefix(at: $0) }
    }

    @Test func `each endpoint gets its own match, or an empty one`() {
        let precise = prefixes(.precise)
        #expect(precise.map(\.match.blocks) == [2, 0, 6, 10])
        #expect(precise.map(\.match.endpoint.rawValue) == [1, 3, 5, 7])
        #expect(prefixes(.approximate).map(\.match.blocks) == [1, 2, 0, 0])
    }

    @Test func `positions that are left out are passed over`() {
        #expect(prefixes(.precise, at: [1, 3]).map(\.match.blocks) == [0, 10])
        #expect(prefixes(.precise, at: [2]).map(\.match.blocks) == [6])
    }

    @Test func `automatically those count that announce, of the others what was sent`() {
        let mixed = prefixes(.automatic, announcing: [true, false, true])
        #expect(mixed.map(\.match.blocks) == [2, 2, 6, 0])
        #expect(mixed.map(\.blockCount) == [10, 3, 10, 3])
        #expect(mixed.map(\.tokens) == [2 * 16, 2 * 64, 6 * 16, 0])
        #expect(prefixes(.automatic).map(\.match.blocks) == [1, 2, 0, 0])
    }

    @Test(arguments: [PrefixSource.automatic, .precise, .approximate])
    func `what tokens are worth is the same either way`(source: PrefixSource) {
        var context = context(announcing: [true, true, false, true])
        context.matches.add(
            EndpointMatch(
                endpoint: EndpointID(rawValue: 7),
                blocks: 20,
                blocksByTier: [4, 8, 2, 1],
                expectedBlocks: 5
            )
        )
        let weights = TierWeights([.gpu: 1, .cpu: 0.5, .disk: 0.25])
        var slow = PrefixCursor(source, in: context)
        var fast = PrefixCursor(source, in: context)
        for position in 0..<4 {
            let worth = slow.prefix(at: position).tokensWorth(weights)
            #expect(fast.tokensWorth(weights, at: position) == worth)
        }
        #expect(source != .precise || fast.tokensWorth(weights, at: 3) == 13.75 * 16)
    }
}

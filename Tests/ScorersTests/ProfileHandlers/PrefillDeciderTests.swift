import Domain
import Scheduling
import Scorers
import Testing

/// One endpoint, which holds the first `cached` tokens of a prompt, in blocks of one token.
private func context(tokens: Int, cached: Int, bytes: Int = 0) -> SchedulingContext {
    var request = InferenceRequest(model: "m")
    request.promptTokens = tokens
    request.promptBytes = bytes
    var context = SchedulingContext.fake([.fake(0)], request: request)
    context.blockTokens = 1
    context.matches = PrefixMatches(
        blockCount: tokens,
        matchedBlocks: [EndpointID(rawValue: 0): cached]
    )
    return context
}

@Suite struct PrefillDeciderTests {
    @Test(
        arguments: [
            (min: 0, promptMin: 0, cached: 0, isWanted: false),
            (min: 0, promptMin: 0, cached: 10, isWanted: false),
            (min: 5, promptMin: 20, cached: 0, isWanted: false),
            (min: 20, promptMin: 0, cached: 0, isWanted: false),
            (min: 5, promptMin: 10, cached: 5, isWanted: true),
            (min: 5, promptMin: 0, cached: 8, isWanted: false),
            (min: 5, promptMin: 0, cached: 5, isWanted: true),
            (min: 3, promptMin: 0, cached: 2, isWanted: true),
            (min: 1, promptMin: 0, cached: 10, isWanted: false),
            (min: 5, promptMin: 0, cached: 0, isWanted: true),
            (min: -1, promptMin: -1, cached: 0, isWanted: false),
        ]
    )
    func `of ten tokens, enough have to be missing`(
        min: Int,
        promptMin: Int,
        cached: Int,
        isWanted: Bool
    ) {
        let decider = PrefillDecider.uncachedTokens(min: min, promptMin: promptMin)
        let context = context(tokens: 10, cached: cached)
        #expect(decider.wantsPrefill(before: 0, in: context) == isWanted)
        #expect(decider.isNever == (min <= 0))
    }

    @Test(
        arguments: [
            (threshold: 0, bytes: 0, tokens: 0, cached: 0, isWanted: true),
            (threshold: 0, bytes: 100, tokens: 25, cached: 25, isWanted: true),
            (threshold: 100, bytes: 3, tokens: 1, cached: 0, isWanted: false),
            (threshold: 11, bytes: 11, tokens: 3, cached: 0, isWanted: true),
            (threshold: 12, bytes: 11, tokens: 3, cached: 0, isWanted: false),
            (threshold: 100, bytes: 400, tokens: 100, cached: 75, isWanted: true),
            (threshold: 100, bytes: 400, tokens: 100, cached: 76, isWanted: false),
            (threshold: 1, bytes: 400, tokens: 100, cached: 100, isWanted: false),
            (threshold: 100, bytes: 100, tokens: 0, cached: 0, isWanted: true),
        ]
    )
    func `bytes of the missing share count where tokens are not asked for`(
        threshold: Int,
        bytes: Int,
        tokens: Int,
        cached: Int,
        isWanted: Bool
    ) {
        let decider = PrefillDecider.uncachedBytes(threshold: threshold)
        let context = context(tokens: tokens, cached: cached, bytes: bytes)
        #expect(decider.wantsPrefill(before: 0, in: context) == isWanted)
        #expect(!decider.isNever)
    }

    @Test func `some always want it, some never`() {
        let context = context(tokens: 10, cached: 10)
        #expect(PrefillDecider.always.wantsPrefill(before: 0, in: context))
        #expect(!PrefillDecider.never.wantsPrefill(before: 0, in: context))
        #expect(PrefillDecider.never.isNever)
        #expect(!PrefillDecider.always.isNever)
    }

    /// Blocks in slower tiers, worth less to scorers, would otherwise be computed elsewhere.
    @Test func `what is held in memory is not missing`() {
        var context = context(tokens: 10, cached: 0)
        context.matches.add(
            EndpointMatch(
                endpoint: EndpointID(rawValue: 0),
                blocks: 10,
                blocksByTier: SIMD4(0, 0, 10, 0)
            )
        )
        let decider = PrefillDecider.uncachedTokens(min: 1, promptMin: 0)
        #expect(!decider.wantsPrefill(before: 0, in: context))
    }

    @Test func `an engine's own word goes before what was sent to it`() {
        var context = context(tokens: 128, cached: 0)
        context.approximateMatches = PrefixMatches(
            blockCount: 2,
            matchedBlocks: [EndpointID(rawValue: 0): 2]
        )
        let decider = PrefillDecider.uncachedTokens(min: 1, promptMin: 0)
        #expect(decider.wantsPrefill(before: 0, in: context))
        context.announcing = [false]
        #expect(!decider.wantsPrefill(before: 0, in: context))
    }
}

@Suite struct EncodeDeciderTests {
    @Test(arguments: [
        (EncodeDecider.never, false, false), (.always, true, true), (.multimodal, false, true),
    ])
    func `media may be a reason to encode`(
        decider: EncodeDecider,
        withoutMedia: Bool,
        withMedia: Bool
    ) {
        var request = InferenceRequest(model: "m")
        #expect(decider.wantsEncode(for: request) == withoutMedia)
        request.mediaCount = 1
        #expect(decider.wantsEncode(for: request) == withMedia)
    }
}

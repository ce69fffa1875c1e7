import Domain
import Routing
import Scheduling
import Testing

@Suite struct ApproximatePrefixIndexTests {
    private let index = ApproximatePrefixIndex()

    init() { index.follow(.numbered(1...3)) }

    @Test func `an endpoint holds the blocks that it was sent`() {
        let prompt = index.prompt(promptTokens(0..<640))
        index.record(prompt, at: endpointID(2))

        let longer = index.prompt(promptTokens(0..<1280))
        #expect(index.matches(of: longer).blockCount == 20)
        #expect(index.matches(of: longer).endpoints.map(\.endpoint) == [endpointID(2)])
        #expect(index.blocks(of: longer, at: 2) == 10)
    }

    @Test func `prompts match as far as they are alike`() {
        index.record(index.prompt(promptTokens(0..<640)), at: endpointID(1))
        let other = promptTokens(0..<200) + promptTokens(200..<640, seed: 1)
        #expect(index.blocks(of: index.prompt(other), at: 1) == 3)
    }

    @Test func `a block in the middle is of no use without those before it`() {
        index.record(index.prompt(promptTokens(0..<640)), at: endpointID(1))
        let other = promptTokens(0..<64, seed: 1) + promptTokens(64..<640)
        #expect(index.matches(of: index.prompt(other)).endpoints.isEmpty)
    }

    @Test func `matches are in the order of endpoints, each with its own length`() {
        let tokens = promptTokens(0..<640)
        for (endpoint, count) in [(3, 64), (1, 640), (2, 320)] {
            index.record(index.prompt(Array(tokens[..<count])), at: endpointID(endpoint))
        }
        let matches = index.matches(of: index.prompt(tokens))
        #expect(matches.endpoints.map(\.endpoint) == [1, 2, 3].map(endpointID))
        #expect(matches.endpoints.map(\.blocks) == [10, 5, 1])
    }

    @Test func `a last, partial block does not count`() {
        let prompt = index.prompt(promptTokens(0..<127))
        #expect(prompt.blockCount == 1)
        #expect(index.prompt(promptTokens(0..<63)) == index.prompt([]))
    }

    @Test func `models, salts, and bytes and tokens are kept apart`() {
        let tokens = promptTokens(0..<64)
        index.record(index.prompt(tokens), at: endpointID(1))
        #expect(index.blocks(of: index.prompt(tokens), at: 1) == 1)
        #expect(index.blocks(of: index.prompt(tokens, model: "n"), at: 1) == 0)
        #expect(index.blocks(of: index.prompt(tokens, cacheSalt: "s"), at: 1) == 0)
        #expect(index.blocks(of: index.prompt(tokens, cacheSalt: ""), at: 1) == 0)
        #expect(
            index.prompt(tokens, model: "ms") != index.prompt(tokens, model: "m", cacheSalt: "s")
        )
        let bytes = tokens.flatMap { token in
            (0..<4).map { UInt8(truncatingIfNeeded: token.rawValue >> (8 * UInt32($0))) }
        }
        let same = index.prompt(ofBytes: bytes.span, model: "m", cacheSalt: nil)
        #expect(same.blockCount == 1)
        #expect(index.blocks(of: same, at: 1) == 0)
    }

    /// llm-d's cases of `prefix_store`, with blocks of 256 bytes instead of 5.
    @Test(arguments: [
        (asked: ["hello", " world"], model: "model1", matched: 1),
        (asked: ["hello"], model: "model1", matched: 1),
        (asked: [], model: "model1", matched: 0),
        (asked: ["goodbye"], model: "model1", matched: 0),
        (asked: ["hello"], model: "model2", matched: 0),
    ])
    func `text is found by its beginning`(asked: [String], model: String, matched: Int) {
        func block(_ word: String) -> String {
            word + String(repeating: ".", count: 256 - word.utf8.count)
        }
        index.record(index.prompt(text: block("hello"), model: "model1"), at: endpointID(1))

        let text = asked.map(block).joined()
        let matches = index.matches(of: index.prompt(text: text, model: model))
        #expect(matches.blocks(at: endpointID(1)) == matched)
        #expect(matches.blocks(at: endpointID(2)) == 0)
    }

    /// llm-d's profiling case: 200 endpoints, 100 prompts each longer than the one before.
    @Test func `of growing prompts the longest is found whole`() {
        index.follow(.numbered(1...200, generation: 2))
        let tokens = promptTokens(0..<6400)
        for length in 1...100 {
            let prompt = index.prompt(Array(tokens[..<(length * 64)]))
            index.record(prompt, at: endpointID(length * 2))
        }
        let matches = index.matches(of: index.prompt(tokens))
        #expect(matches.endpoints.count == 100)
        for length in 1...100 { #expect(matches.blocks(at: endpointID(length * 2)) == length) }
    }

    @Test func `a prompt is looked at up to the configured bounds`() {
        var config = ApproximatePrefixConfig()
        config.prefixBlocksMax = 3
        let tokens = promptTokens(0..<1000)
        #expect(ApproximatePrefixIndex(config).prompt(tokens).blockCount == 3)
        config.prefixTokensMax = 191
        #expect(ApproximatePrefixIndex(config).prompt(tokens).blockCount == 2)
        config.prefixBlocksMax = -1
        #expect(ApproximatePrefixIndex(config).prompt(tokens).blockCount == 0)
    }

    @Test(arguments: [(16, 64), (64, 64), (100, 100), (Int.min, 64), (Int.max, 4096)])
    func `small blocks are made larger, and huge ones smaller`(configured: Int, tokens: Int) {
        var config = ApproximatePrefixConfig()
        config.blockTokens = configured
        #expect(ApproximatePrefixIndex(config).blockTokens == tokens)
    }

    @Test func `odd block sizes tell every token and every byte apart`() {
        var config = ApproximatePrefixConfig()
        config.blockTokens = 67
        let index = ApproximatePrefixIndex(config)
        var tokens = promptTokens(0..<67)
        var bytes = [UInt8](repeating: 7, count: 268)
        let (whole, text) = (index.prompt(tokens), index.prompt(bytes: bytes))
        #expect(whole.blockCount == 1 && text.blockCount == 1)
        for place in tokens.indices {
            tokens[place] = TokenID(rawValue: tokens[place].rawValue ^ 1)
            #expect(index.prompt(tokens) != whole)
            tokens[place] = TokenID(rawValue: tokens[place].rawValue ^ 1)
        }
        for place in bytes.indices {
            bytes[place] ^= 1
            #expect(index.prompt(bytes: bytes) != text)
            bytes[place] ^= 1
        }
    }

    @Test func `an empty prompt matches nothing and leaves nothing`() {
        index.record(.none, at: endpointID(1))
        #expect(index.matches(of: .none) == .none)
        #expect(index.rememberedBlocks == 0)
    }
}

extension ApproximatePrefixIndex {
    fileprivate func prompt(bytes: [UInt8]) -> ApproximatePrompt {
        prompt(ofBytes: bytes.span, model: "m", cacheSalt: nil)
    }
}

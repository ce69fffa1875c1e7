import ChatTemplates
import Domain
import JSON
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

/// Gives every request the same prompts.
private struct Scripted: PromptRendering {
    let prompts: RequestPrompts?
    func render(_ body: JSONValue) -> RequestPrompts? { prompts }
}

@Suite struct PromptTokenizerTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func tokens(
        _ prompts: RequestPrompts?,
        truncation: RequestPrompts.Truncation? = nil
    ) throws -> [TokenID] {
        var prompts = prompts
        prompts?.truncation = truncation
        let metrics = TokenizationMetrics(registry: MetricsRegistry())
        let model = LoadedModel(
            tokenizer: try realTokenizer(),
            renderer: Scripted(prompts: prompts)
        )
        let tokenizer = PromptTokenizer(
            models: SingleModel(model),
            store: PrefixStore(config: PrefixStoreConfig(), metrics: metrics),
            metrics: metrics
        )
        return try tokenizer.tokens(
            of: JSONDocument(parsing: bytes(#"{"prompt": "x"}"#)).root,
            model: "m"
        )
    }

    private static func ids(_ ids: [UInt32]) -> [TokenID] { ids.map(TokenID.init(rawValue:)) }

    @Test func `control tokens in ordinary text are text, and those of the format are tokens`()
        throws
    {
        let prompt = RenderedPrompt(segments: [
            .special(Self.bytes("<|begin_of_text|>")), .ordinaryText(Self.bytes("<|eot_id|>")),
            .text(Self.bytes("<|eot_id|>")),
        ])
        let tokens = try Self.tokens(RequestPrompts([.text(prompt)]))
        #expect(tokens.first == TokenID(rawValue: 128000))
        #expect(tokens.last == TokenID(rawValue: 128009))
        #expect(tokens.dropLast().allSatisfy { $0 != TokenID(rawValue: 128009) })
        #expect(tokens.count > 4)
    }

    @Test func `a format's token that the tokenizer does not have makes no tokens at all`() {
        let prompt = RenderedPrompt(segments: [.special(Self.bytes("[INST]"))])
        #expect(throws: TokenizationError.unrenderable(reason: "the tokenizer has no token [INST]"))
        {
            try Self.tokens(RequestPrompts([.text(prompt)]))
        }
    }

    @Test func `the first of several sequences stands for all, and none for none`() throws {
        #expect(
            try Self.tokens(RequestPrompts([.tokens([1, 2]), .tokens([3])])) == Self.ids([1, 2])
        )
        #expect(try Self.tokens(nil).isEmpty)
    }

    @Test(arguments: [
        (2, RequestPrompts.Truncation.End.first, [1, 2]),
        (2, .last, [3, 4]),
        (2, nil, [3, 4]),
        (9, nil, [1, 2, 3, 4]),
        (0, nil, []),
        (-1, nil, [1, 2, 3, 4]),
    ])
    func `a prompt is cut as the engine cuts it`(
        count: Int,
        end: RequestPrompts.Truncation.End?,
        left: [UInt32]
    ) throws {
        let truncation = RequestPrompts.Truncation(tokenCount: count, keptEnd: end)
        let tokens = try Self.tokens(
            RequestPrompts([.tokens([1, 2, 3, 4])]),
            truncation: truncation
        )
        #expect(tokens == Self.ids(left))
    }
}

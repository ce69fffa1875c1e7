package import Domain
package import JSON
import Telemetry
package import Tokenization
import Tokenizer

/// A model's own tokenizer and chat template, as a router has them.
package struct ModelTokenizer: EngineTokenizer {
    private let model: LoadedModel
    private let prompts: PromptTokenizer

    package init(_ model: LoadedModel) {
        self.model = model
        prompts = PromptTokenizer(
            models: SingleModel(model),
            store: nil,
            // An engine has its own metrics: these are not shown.
            metrics: TokenizationMetrics(registry: MetricsRegistry())
        )
    }

    package func tokens(ofText text: [UInt8]) -> [TokenID] {
        var tokens: [TokenID] = []
        model.tokenizer.encode(text.span, addSpecialTokens: false, to: &tokens)
        return tokens
    }

    package func tokens(ofRequest body: JSONValue) throws(APIError) -> [TokenID] {
        do throws(TokenizationError) {
            return try prompts.tokens(of: body, model: "")
        } catch {
            if case .unrenderable(let reason) = error { throw .badRequest(reason) }
            throw .badRequest("\(error)")
        }
    }
}

import ChatTemplates
package import Domain
package import JSON
import Tokenizer

/// From a request's body to its tokens: finds the model, renders the prompt, encodes it.
///
/// Thread safety: may be used from any thread. Nothing here waits; a long prompt keeps a core
/// busy, so call it on the pool.
package struct PromptTokenizer: Sendable {
    private let models: any ModelSource
    private let store: PrefixStore?
    private let metrics: TokenizationMetrics

    /// - Parameter store: nil encodes every prompt as a whole.
    package init(models: any ModelSource, store: PrefixStore?, metrics: TokenizationMetrics) {
        self.models = models
        self.store = store
        self.metrics = metrics
    }

    /// The tokens that the engine computes for a request; empty if it has no prompt.
    ///
    /// - Parameters:
    ///   - body: the request's JSON object.
    ///   - model: the model or LoRA adapter that the request names.
    package func tokens(
        of body: JSONValue,
        model: String
    ) throws(TokenizationError) -> [TokenID] {
        let found: LoadedModel
        do {
            found = try models.model(named: model)
        } catch {
            // What the client tokenized itself needs no tokenizer.
            switch PromptReader.prompt(of: body) {
            case .tokens(let ids): return ids
            case .none: return []
            case .text, .chat: throw error
            }
        }
        let start = ContinuousClock.now
        let prompts = try found.renderer.render(body)
        metrics.rendered(in: .now - start)
        guard let prompts else { return [] }
        // Of several the engine makes one sequence each; the first stands for all.
        let tokens = try tokens(of: prompts.first, by: found)
        return Self.kept(tokens, prompts.truncation)
    }

    /// The tokens of a prompt that is rendered already.
    private func tokens(
        of sequence: RequestPrompts.Sequence,
        by model: LoadedModel
    ) throws(TokenizationError) -> [TokenID] {
        switch sequence {
        case .tokens(let ids): return ids.map(TokenID.init(rawValue:))
        case .text(let prompt):
            let start = ContinuousClock.now
            var tokens: [TokenID] = []
            try encode(prompt, by: model, to: &tokens)
            metrics.encoded(tokenCount: tokens.count, in: .now - start)
            return tokens
        }
    }

    /// What the engine keeps. How many tokens a model takes is not known here: prompts that are
    /// longer than that count as whole.
    private static func kept(
        _ tokens: [TokenID],
        _ truncation: RequestPrompts.Truncation?
    ) -> [TokenID] {
        guard let truncation, truncation.tokenCount >= 0 else { return tokens }
        switch truncation.keptEnd ?? .last {
        case .first: return Array(tokens.prefix(truncation.tokenCount))
        case .last: return Array(tokens.suffix(truncation.tokenCount))
        }
    }

    private func encode(
        _ prompt: RenderedPrompt,
        by model: LoadedModel,
        to tokens: inout [TokenID]
    ) throws(TokenizationError) {
        let isAlone = prompt.segments.count == 1
        let rule = model.tokenizer.resumeRule
        if prompt.addsSpecialTokens, !isAlone {
            guard let rule else {
                throw .unrenderable(reason: "special tokens around a prompt of several parts")
            }
            tokens += rule.prefix
        }
        for segment in prompt.segments {
            switch segment {
            case .text(let text):
                let addSpecialTokens = isAlone && prompt.addsSpecialTokens
                encode(text, by: model, addSpecialTokens: addSpecialTokens, to: &tokens)
            case .ordinaryText(let text): encodeOrdinary(text, by: model, to: &tokens)
            case .special(let content):
                guard let id = model.tokenizer.addedToken(content) else {
                    let name = String(decoding: content, as: UTF8.self)
                    throw .unrenderable(reason: "the tokenizer has no token \(name)")
                }
                tokens.append(id)
            }
        }
        if prompt.addsSpecialTokens, !isAlone, let rule { tokens += rule.suffix }
    }

    private func encode(
        _ text: [UInt8],
        by model: LoadedModel,
        addSpecialTokens: Bool,
        to tokens: inout [TokenID]
    ) {
        guard let store else {
            model.tokenizer.encode(text.span, addSpecialTokens: addSpecialTokens, to: &tokens)
            return
        }
        store.encode(
            text.span,
            with: model.tokenizer,
            in: model.scope,
            addSpecialTokens: addSpecialTokens,
            to: &tokens
        )
    }

    private func encodeOrdinary(
        _ text: [UInt8],
        by model: LoadedModel,
        to tokens: inout [TokenID]
    ) {
        guard let store else { return model.tokenizer.encodeOrdinary(text.span, to: &tokens) }
        store.encodeOrdinary(text.span, with: model.tokenizer, in: model.scope, to: &tokens)
    }
}

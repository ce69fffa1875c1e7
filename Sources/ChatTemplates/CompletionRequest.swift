import Jinja

/// A body of `/v1/completions`, as far as it has to do with the prompt.
enum CompletionRequest {
    /// - Parameter segment: how the model's tokenizer takes a text.
    /// - Throws: `rejected` for what the engine refuses; `unsupported` for embeddings and for
    ///   suffixes, which few models know.
    static func prompts(
        _ body: TemplateDict,
        as segment: ([UInt8]) -> RenderedPrompt.Segment
    ) throws(PromptError) -> RequestPrompts {
        let fields = RequestFields(body: body)
        guard fields.value("prompt_embeds") == nil else {
            throw .unsupported(reason: "prompt embeddings")
        }
        guard fields.value("suffix") == nil else { throw .unsupported(reason: "a suffix") }
        let addsSpecialTokens = try fields.bool("add_special_tokens", default: true)
        return RequestPrompts(
            try sequences(fields.value("prompt")) { text in
                .text(
                    RenderedPrompt(
                        segments: [segment(text)],
                        addsSpecialTokens: addsSpecialTokens
                    )
                )
            },
            truncation: try fields.truncation()
        )
    }

    private static func sequences(
        _ prompt: TemplateValue?,
        _ sequence: ([UInt8]) -> RequestPrompts.Sequence
    ) throws(PromptError) -> [RequestPrompts.Sequence] {
        if let text = prompt?.text, !text.isEmpty { return [sequence(text)] }
        guard let elements = prompt?.list, let first = elements.first else {
            throw .rejected(
                reason: "Either prompt or prompt_embeds must be provided and non-empty."
            )
        }
        var sequences: [RequestPrompts.Sequence] = []
        switch first {
        case .string:
            for element in elements {
                guard let text = element.text else { throw invalidPrompt }
                sequences.append(sequence(text))
            }
        case .list:
            for element in elements {
                guard let list = element.list else { throw invalidPrompt }
                sequences.append(.tokens(try tokens(list)))
            }
        default:
            sequences.append(.tokens(try tokens(elements)))
        }
        return sequences
    }

    private static func tokens(_ elements: [TemplateValue]) throws(PromptError) -> [UInt32] {
        var ids: [UInt32] = []
        ids.reserveCapacity(elements.count)
        for element in elements {
            guard case .int(let number) = element, let id = UInt32(exactly: number) else {
                throw invalidPrompt
            }
            ids.append(id)
        }
        return ids
    }

    private static var invalidPrompt: PromptError {
        .invalid("prompt", "a string, strings, token ids or lists of token ids")
    }
}

/// Turns the messages of a chat into the prompt that a model was trained on.
///
/// Every byte counts: a prompt that differs from the engine's in one place shares no block after
/// it. The result has its special tokens in it, so encode it without adding any.
package enum ChatTemplate: String, CaseIterable, Sendable {
    /// The template of the first Llama 3 models.
    case llama3
    /// The plain form of ChatML, without a default system message.
    case chatML = "chatml"

    /// The template of a name that a configuration gives.
    package init(named name: String) throws(ChatTemplateError) {
        guard let template = ChatTemplate(rawValue: name) else {
            throw .unknownName(name, known: ChatTemplate.allCases.map(\.rawValue))
        }
        self = template
    }

    /// Appends the prompt for `messages`, up to where the model is to answer.
    package func render(_ messages: [ChatMessage], to prompt: inout [UInt8]) {
        switch self {
        case .llama3: renderLlama3(messages, to: &prompt)
        case .chatML: renderChatML(messages, to: &prompt)
        }
    }

    /// BOS belongs to the first message: a chat without messages has none.
    private func renderLlama3(_ messages: [ChatMessage], to prompt: inout [UInt8]) {
        if !messages.isEmpty { prompt += "<|begin_of_text|>".utf8 }
        for message in messages {
            prompt += "<|start_header_id|>".utf8
            prompt += message.role
            prompt += "<|end_header_id|>\n\n".utf8
            prompt += PythonWhitespace.trimmed(message.content)
            prompt += "<|eot_id|>".utf8
        }
        prompt += "<|start_header_id|>assistant<|end_header_id|>\n\n".utf8
    }

    private func renderChatML(_ messages: [ChatMessage], to prompt: inout [UInt8]) {
        for message in messages {
            prompt += "<|im_start|>".utf8
            prompt += message.role
            prompt += "\n".utf8
            prompt += message.content
            prompt += "<|im_end|>\n".utf8
        }
        prompt += "<|im_start|>assistant\n".utf8
    }
}

package enum ChatTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownName(String, known: [String])

    package var description: String {
        switch self {
        case .unknownName(let name, let known):
            "no chat template is named \"\(name)\"; known: \(known.joined(separator: ", "))"
        }
    }
}

import JSON

/// One text or chat whose tokens we and an engine compute, to see whether they are the same.
package struct Probe: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// A completion's prompt.
        case text(String, addsSpecialTokens: Bool)
        /// A chat's fields as JSON text, `messages` first and without the braces around them.
        case chat(fields: String)
    }

    /// Says in a warning what the two differ about.
    package let name: String
    package let content: Content

    package var form: RequestForm {
        switch content {
        case .text: .completion
        case .chat: .chat
        }
    }

    /// The request that stands for the probe, to be tokenized here and by `/tokenize`.
    package func body(model: String) -> [UInt8] {
        var writer = JSONWriter()
        switch content {
        case .text(let text, let addsSpecialTokens):
            writer.object { body in
                body.field("model", model)
                body.field("prompt", text)
                body.field("add_special_tokens", addsSpecialTokens)
            }
            return writer.bytes
        case .chat(let fields):
            writer.string(model)
            return Array("{\"model\":".utf8) + writer.bytes + Array(",\(fields)}".utf8)
        }
    }
}

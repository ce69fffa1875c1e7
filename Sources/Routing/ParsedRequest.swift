package import Bytes
package import Domain
package import JSON

/// The body of an OpenAI-style request, and what routing reads of it besides its prompt.
package struct ParsedRequest: Sendable {
    package let body: JSONValue
    /// The model or LoRA adapter that the client names.
    package let model: String
    package let cacheSalt: String?
    /// Whether the client wants tokens as they come.
    package let isStreamed: Bool
    /// The most tokens that the client wants generated.
    package let outputTokensMax: Int?
    let extent: PromptExtent

    /// - Throws: `malformedRequest`, with llm-d's words where it has some: clients see them.
    package init(_ bytes: SharedBytes) throws(PickError) {
        do {
            body = try JSONDocument(parsing: bytes).root
        } catch {
            throw .malformedRequest(
                reason: "error unmarshaling request bodyMap: \(error.reason)"
            )
        }
        guard body.kind == .object else {
            throw .malformedRequest(
                reason: "error unmarshaling request bodyMap: the body is not a JSON object"
            )
        }
        var model: String?
        var cacheSalt: String?
        var isStreamed = false
        var outputTokensMax: Int?
        // Of a repeated key the last one counts.
        body.forEachField { key, value in
            switch key.count {
            case 5 where key.equals("model"): model = value.string
            case 6 where key.equals("stream"): isStreamed = value.bool ?? false
            case 10 where key.equals("cache_salt"): cacheSalt = value.string
            case 10 where key.equals("max_tokens"),
                17 where key.equals("max_output_tokens"),
                21 where key.equals("max_completion_tokens"):
                outputTokensMax = value.int.map { max(0, $0) }
            default: break
            }
        }
        guard let model, !model.isEmpty else {
            throw .malformedRequest(reason: "model not found in request body")
        }
        self.model = model
        self.cacheSalt = cacheSalt
        self.isStreamed = isStreamed
        self.outputTokensMax = outputTokensMax
        extent = PromptExtent(of: body)
    }

    /// As scheduling sees it: what its headers said, and what its body says.
    ///
    /// - Parameter tokenCount: of the prompt, of a batch's first one. 0: it is not known.
    func request(_ traits: InferenceRequest, tokenCount: Int) -> InferenceRequest {
        var request = traits
        request.model = model
        request.cacheSalt = cacheSalt
        request.isStreamed = isStreamed
        request.outputTokensMax = outputTokensMax
        request.promptBytes = extent.textBytes
        request.mediaCount = extent.mediaCount
        request.promptTokens = extent.tokens(ofFirst: tokenCount)
        return request
    }
}

extension InferenceRequest {
    /// Of a prompt whose tokens are not known: about what texts in English come to.
    static let bytesPerToken = 4
}

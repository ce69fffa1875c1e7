package import Bytes
package import Domain
package import JSON

/// The body of an OpenAI-style request, and what routing reads of it besides its prompt.
package struct ParsedRequest: Sendable {
    package let body: JSONValue
    /// The model or LoRA adapter that the client names.
    package let model: String
    package let cacheSalt: String?

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
        // Of a repeated key the last one counts.
        body.forEachField { key, value in
            switch key.count {
            case 5 where key.equals("model"): model = value.string
            case 10 where key.equals("cache_salt"): cacheSalt = value.string
            default: break
            }
        }
        guard let model, !model.isEmpty else {
            throw .malformedRequest(reason: "model not found in request body")
        }
        self.model = model
        self.cacheSalt = cacheSalt
    }

    /// As scheduling sees it: prompts are scored by their matches.
    var request: InferenceRequest {
        InferenceRequest(model: model, cacheSalt: cacheSalt)
    }
}

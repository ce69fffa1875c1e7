package import Bytes
package import Domain
import Tokenization

/// Reads the body of an OpenAI-style request, as far as routing cares.
package enum RequestParser {
    /// - Throws: `malformedRequest`, with llm-d's words where it has some: clients see them.
    package static func parse(_ body: SharedBytes) throws(PickError) -> InferenceRequest {
        let parsed = try ParsedRequest(body)
        var request = parsed.request
        request.prompt = PromptReader.prompt(of: parsed.body)
        return request
    }
}

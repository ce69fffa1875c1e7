import JSON

/// What is sent to an engine so that it says which tokens a client's request has: the client's
/// own bytes, because a body that was read and written again may render differently.
struct RemoteRequest: Equatable, Sendable {
    let path: String
    let body: [UInt8]

    /// - Parameter model: the model by the name that the engine knows. Where the body has another
    ///   one, that value alone gives way.
    /// - Throws: `unrenderable` if the body is not one that the endpoint answers truly.
    init(
        _ body: [UInt8],
        as form: RequestForm,
        to api: RemoteAPI,
        model: String
    ) throws(TokenizationError) {
        let root: JSONValue
        do {
            root = try JSONDocument(parsing: body).root
        } catch {
            throw .unrenderable(reason: "the body is not JSON: \(error.reason)")
        }
        guard root.kind == .object else {
            throw .unrenderable(reason: "the body is not a JSON object")
        }
        switch (api, form) {
        case (.render, .chat): path = "/v1/chat/completions/render"
        case (.render, .completion): path = "/v1/completions/render"
        case (.tokenize, _):
            if let problem = RemoteRequest.problem(with: root, form) {
                throw .unrenderable(reason: "/tokenize does not take \(problem)")
            }
            path = "/tokenize"
        }
        self.body = RemoteRequest.naming(model, in: body, root) ?? body
    }

    /// What `/tokenize` would refuse, or answer with ids other than those of the request itself.
    private static func problem(with root: JSONValue, _ form: RequestForm) -> String? {
        if let truncation = root["truncate_prompt_tokens"], truncation.kind != .null {
            return "truncate_prompt_tokens"
        }
        switch form {
        case .completion:
            return root["prompt"]?.kind == .string ? nil : "a prompt that is not one string"
        case .chat:
            for name in ["reasoning_effort", "documents"] as [StaticString] {
                if let value = root[name], value.kind != .null { return "\(name)" }
            }
            return ChatContent.isTextOnly(root["messages"]) ? nil : "media"
        }
    }

    /// Nil if the body names that model already. A body without a name gets one.
    private static func naming(_ model: String, in body: [UInt8], _ root: JSONValue) -> [UInt8]? {
        var writer = JSONWriter()
        writer.string(model)
        let quoted = writer.bytes
        var index = 0
        var modelIndex: Int?
        root.forEachField { key, _ in
            if key.equals("model") { modelIndex = index }
            index += 1
        }
        guard let modelIndex else {
            let start = body.span.firstNonSpace() + 1
            let separator = index == 0 ? "" : ","
            let field = Array("\"model\":".utf8) + quoted + Array(separator.utf8)
            return body.span.replacing(start..<start, bytesMax: field.count) { $0 += field }
        }
        guard root["model"]?.string != model,
            let range = FieldRanges(ofObjectIn: body.span)[modelIndex]
        else { return nil }
        return body.span.replacing(range, bytesMax: quoted.count) { $0 += quoted }
    }
}

import BlockKeys
import Domain
import HTTP
import JSON

/// What vLLM answers about a prompt's tokens without generating any.
extension EngineAPI {
    /// `/tokenize`.
    func tokenize(_ request: TokenizeRequest) throws(APIError) -> HTTPResponse {
        if let model = request.model { try requireModel(model) }
        let tokens = try tokenizer.tokens(ofRequest: request.body)
        var json = JSONWriter()
        json.object { json in
            json.field("count", tokens.count)
            json.field("max_model_len", EngineCore.sequenceTokensMax(engine.config))
            json.arrayField("tokens") { $0.tokens(tokens) }
            json.nullField("token_strs")
        }
        return HTTPResponse(json)
    }

    /// `/v1/chat/completions/render`: the request as the engine would run it. The completions'
    /// form of it is a list, with one element for each prompt.
    func render(_ request: CompletionRequest) throws(APIError) -> HTTPResponse {
        try requireModel(request.model)
        let tokens = try tokens(of: request)
        var json = JSONWriter()
        switch request.api {
        case .chat: json.object { $0.rendered(request, tokens) }
        case .completions:
            json.array { json in json.object { $0.rendered(request, tokens) } }
        }
        return HTTPResponse(json)
    }

    func tokens(of request: CompletionRequest) throws(APIError) -> [TokenID] {
        if let tokens = request.givenTokens { return tokens }
        return try tokenizer.tokens(ofRequest: request.body)
    }

    private func requireModel(_ name: String) throws(APIError) {
        guard
            name == engine.config.model
                || engine.config.adapters.contains(where: { $0.name == name })
        else { throw .unknownModel(name) }
    }
}

extension JSONWriter {
    fileprivate mutating func tokens(_ tokens: [TokenID]) {
        for token in tokens { int(Int(token.rawValue)) }
    }

    /// The fields that pickers read.
    fileprivate mutating func rendered(_ request: CompletionRequest, _ tokens: [TokenID]) {
        field("model", request.model)
        arrayField("token_ids") { $0.tokens(tokens) }
        nullField("features")
    }
}

extension HTTPResponse {
    init(_ json: JSONWriter) {
        self.init(headers: ["content-type": "application/json"], body: .bytes(json.bytes))
    }
}

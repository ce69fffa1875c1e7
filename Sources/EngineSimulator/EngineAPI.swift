import BlockKeys
import Crypto
import Domain
import Glibc
import HTTP
import JSON

/// The HTTP surface of one engine: what clients and pickers use of vLLM's.
struct EngineAPI: Sendable {
    let engine: Engine
    let tokenizer: any EngineTokenizer

    /// Answers any request. Every answer names the engine, and proves which body it received.
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response: HTTPResponse
        do throws(APIError) {
            response = try await route(request)
        } catch {
            response = error.response
        }
        response.headers.append("x-inference-pod", engine.config.name)
        response.headers.append("x-request-body-sha256", SHA256Digest(of: request.body).hex)
        return response
    }

    private func route(_ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        switch (request.method, request.path) {
        case ("POST", "/v1/completions"):
            return try await complete(CompletionRequest(parsing: request.body, api: .completions))
        case ("POST", "/v1/chat/completions"):
            return try await complete(CompletionRequest(parsing: request.body, api: .chat))
        case ("POST", "/tokenize"): return try tokenize(TokenizeRequest(parsing: request.body))
        case ("POST", "/v1/completions/render"):
            return try render(CompletionRequest(parsing: request.body, api: .completions))
        case ("POST", "/v1/chat/completions/render"):
            return try render(CompletionRequest(parsing: request.body, api: .chat))
        case ("GET", "/v1/models"): return models
        case ("GET", "/health"): return HTTPResponse()
        case ("GET", "/metrics"):
            let text = engine.metrics.render(cacheUsage: await engine.cacheUsage)
            return HTTPResponse(text: text, contentType: "text/plain; version=0.0.4")
        case ("POST", "/reset_prefix_cache"):
            guard await engine.resetPrefixCache() else {
                throw APIError(status: 409, type: "Conflict", message: "Requests are running.")
            }
            return HTTPResponse()
        default: throw .notFound
        }
    }

    // MARK: Completions

    private func complete(_ request: CompletionRequest) async throws(APIError) -> HTTPResponse {
        guard await !engine.takeFailure() else { throw .unavailable }
        let scope = try scope(of: request)
        let prompt = try tokens(of: request)
        guard !prompt.isEmpty else { throw .badRequest("The prompt is empty.") }
        let tokensMax = EngineCore.sequenceTokensMax(engine.config)
        let (tokenCount, overflows) = prompt.count.addingReportingOverflow(request.outputMax)
        guard !overflows, tokenCount <= tokensMax else {
            throw .badRequest(
                "This model's maximum context length is \(tokensMax) tokens; the prompt has "
                    + "\(prompt.count) and `max_tokens` is \(request.outputMax)."
            )
        }
        let text = CompletionText(
            api: request.api,
            id: (request.api == .chat ? "chatcmpl-" : "cmpl-")
                + String(UInt64.random(in: .min ... .max), radix: 16),
            created: time(nil),
            model: request.model
        )
        guard request.isStreamed else { return await whole(request, prompt, scope, text) }
        return HTTPResponse(
            headers: ["content-type": "text/event-stream; charset=utf-8"],
            body: .stream { writer in
                try await stream(request, prompt, scope, text, to: writer)
            }
        )
    }

    private func scope(of request: CompletionRequest) throws(APIError) -> TokenSequence.Scope {
        let adapter = engine.config.adapters.first { $0.name == request.model }
        guard adapter != nil || request.model == engine.config.model else {
            throw .unknownModel(request.model)
        }
        return TokenSequence.Scope(adapter: adapter, cacheSalt: request.cacheSalt)
    }

    private func whole(
        _ request: CompletionRequest,
        _ prompt: [TokenID],
        _ scope: TokenSequence.Scope,
        _ text: CompletionText
    ) async -> HTTPResponse {
        var usage = CompletionText.Usage(promptCount: prompt.count)
        var answer: [UInt8] = []
        let (id, tokens) = await engine.submit(prompt, outputMax: request.outputMax, scope: scope)
        for await token in tokens {
            answer += token.text
            usage.outputCount += 1
            usage.cachedCount = token.cachedCount
        }
        await engine.abort(id)  // the client may have left
        return HTTPResponse(
            headers: ["content-type": "application/json"],
            body: .bytes(text.response(answer, usage))
        )
    }

    private func stream(
        _ request: CompletionRequest,
        _ prompt: [TokenID],
        _ scope: TokenSequence.Scope,
        _ text: CompletionText,
        to writer: HTTPBodyWriter
    ) async throws(HTTPError) {
        var usage = CompletionText.Usage(promptCount: prompt.count)
        let (id, tokens) = await engine.submit(prompt, outputMax: request.outputMax, scope: scope)
        do throws(HTTPError) {
            for await token in tokens {
                var event: [UInt8] = []
                if usage.outputCount == 0, request.api == .chat {
                    event += text.chunk([], role: "assistant", isLast: false)
                }
                usage.outputCount += 1
                usage.cachedCount = token.cachedCount
                event += text.chunk(token.text, isLast: token.isLast)
                if token.isLast {
                    if request.includesUsage { event += text.usageChunk(usage) }
                    event += CompletionText.done
                }
                try await writer.write(event)
            }
        } catch {
            await engine.abort(id)
            throw error
        }
        await engine.abort(id)
    }

    // MARK: Models

    private var models: HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.field("object", "list")
            json.arrayField("data") { json in
                append(name: engine.config.model, root: engine.config.model, to: &json)
                for adapter in engine.config.adapters {
                    append(name: adapter.name, root: adapter.path ?? adapter.name, to: &json)
                }
            }
        }
        return HTTPResponse(json)
    }

    private func append(name: String, root: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", name)
            json.field("object", "model")
            json.field("created", 0)
            json.field("owned_by", "warmpath-engine-sim")
            json.field("root", root)
            json.field("parent") { json in
                if name == engine.config.model {
                    json.null()
                } else {
                    json.string(engine.config.model)
                }
            }
            json.field("max_model_len", EngineCore.sequenceTokensMax(engine.config))
        }
    }
}

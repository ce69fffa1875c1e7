import Bytes
import Domain
import JSON
import KVIndexer
import Tokenization

/// From a request's body to the blocks of its prompt that endpoints hold.
struct BodyReader: Sendable {
    let prompts: PromptTokenizer
    let lookup: PromptLookup
    /// Asks engines for the tokens that they alone know. Nil: such requests have none.
    let engines: RemoteTokenizer?
    /// Whether chats go to the engine together with their tokens.
    let injectsTokenIDs: Bool

    /// How far a body can be read without asking anybody.
    enum Step: Sendable {
        case done(BodyReading)
        /// Only the model's engines can tell the prompt's tokens.
        case askEngine(ParsedRequest, model: String)
    }

    /// Keeps a core busy for as long as the prompt takes. Nothing here waits or does I/O.
    func read(_ request: GatewayRequest) -> Step {
        let parsed: ParsedRequest
        do throws(PickError) { parsed = try ParsedRequest(request.body) } catch {
            return .done(.malformed(error))
        }
        do throws(TokenizationError) {
            let tokens = try prompts.tokens(of: parsed.body, model: parsed.model)
            return .done(
                .read(
                    parsed.request,
                    lookedUp(tokens, in: parsed),
                    replacement: replacement(for: request, parsed, tokens)
                )
            )
        } catch {
            if case .askEngine(let model) = error { return .askEngine(parsed, model: model) }
            return .done(.degraded(parsed.request, by: error))
        }
    }

    /// Reads on with the tokens that an engine tells. It will tokenize the request again when it
    /// serves it, so the body stays as it is.
    func read(
        _ parsed: ParsedRequest,
        _ body: SharedBytes,
        askingEnginesOf model: String
    ) async -> BodyReading {
        guard let engines else {
            return .degraded(parsed.request, by: .noTokenizer(model: model))
        }
        do throws(TokenizationError) {
            let tokens = try await engines.tokens(
                of: body.span.indices.map { body.span[$0] },
                as: parsed.body["messages"] == nil ? .completion : .chat,
                model: model
            )
            return .read(parsed.request, lookedUp(tokens.ids, in: parsed), replacement: nil)
        } catch {
            return .degraded(parsed.request, by: error)
        }
    }

    private func lookedUp(_ tokens: [TokenID], in request: ParsedRequest) -> CachedPrompt {
        let scope = PromptScope(model: request.model, cacheSalt: request.cacheSalt)
        let blocks = lookup.blocks(of: tokens.span, in: scope)
        return CachedPrompt(blocks: blocks, matches: lookup.longestPrefixes(of: blocks))
    }

    /// The path on which vLLM takes a prompt's ids beside its messages.
    private static let chatPath = "/v1/chat/completions"

    private func replacement(
        for request: GatewayRequest,
        _ parsed: ParsedRequest,
        _ tokens: [TokenID]
    ) -> SharedBytes? {
        guard injectsTokenIDs,
            request.path.prefix(while: { $0 != "?" }) == Self.chatPath,
            let patched = TokenInjection.patched(
                body: request.body.span,
                parsed: parsed.body,
                tokens: tokens.span
            )
        else { return nil }
        var bytes = GrowingBytes()
        bytes.append(patched.span)
        return bytes.take()
    }
}

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
    ///
    /// - Parameters:
    ///   - traits: what the request's headers say.
    ///   - approximate: remembers prompts by what was sent where. Nil: nobody does.
    func read(
        _ request: GatewayRequest,
        _ traits: InferenceRequest,
        approximate: ApproximatePrefixIndex?
    ) -> Step {
        let parsed: ParsedRequest
        do throws(PickError) { parsed = try ParsedRequest(request.body) } catch {
            return .done(.malformed(error))
        }
        do throws(TokenizationError) {
            let tokens = try prompts.tokens(of: parsed.body, model: parsed.model)
            return .done(
                .read(
                    parsed.request(traits, tokenCount: tokens.count),
                    prompt(tokens, of: parsed, request.body, approximate),
                    replacement: replacement(for: request, parsed, tokens)
                )
            )
        } catch {
            if case .askEngine(let model) = error { return .askEngine(parsed, model: model) }
            return .done(degraded(parsed, request.body, traits, approximate, by: error))
        }
    }

    /// Reads on with the tokens that an engine tells. It will tokenize the request again when it
    /// serves it, so the body stays as it is.
    func read(
        _ parsed: ParsedRequest,
        _ body: SharedBytes,
        _ traits: InferenceRequest,
        approximate: ApproximatePrefixIndex?,
        askingEnginesOf model: String
    ) async -> BodyReading {
        guard let engines else {
            let error = TokenizationError.noTokenizer(model: model)
            return degraded(parsed, body, traits, approximate, by: error)
        }
        do throws(TokenizationError) {
            let tokens = try await engines.tokens(
                of: body.span.indices.map { body.span[$0] },
                as: parsed.body["messages"] == nil ? .completion : .chat,
                model: model
            )
            return .read(
                parsed.request(traits, tokenCount: tokens.ids.count),
                prompt(tokens.ids, of: parsed, body, approximate),
                replacement: nil
            )
        } catch {
            return degraded(parsed, body, traits, approximate, by: error)
        }
    }

    /// Of some bodies nobody but the engine can say what it makes of them: they have no tokens,
    /// which is no failure.
    private func prompt(
        _ tokens: [TokenID],
        of parsed: ParsedRequest,
        _ body: SharedBytes,
        _ approximate: ApproximatePrefixIndex?
    ) -> CachedPrompt {
        tokens.isEmpty
            ? sent(body, of: parsed, approximate) : lookedUp(tokens, in: parsed, approximate)
    }

    private func lookedUp(
        _ tokens: [TokenID],
        in request: ParsedRequest,
        _ approximate: ApproximatePrefixIndex?
    ) -> CachedPrompt {
        let scope = PromptScope(model: request.model, cacheSalt: request.cacheSalt)
        let blocks = lookup.blocks(of: tokens.span, in: scope)
        var prompt = CachedPrompt(blocks: blocks, matches: lookup.longestPrefixes(of: blocks))
        if let approximate {
            prompt.approximate = approximate.prompt(
                of: tokens.span,
                model: request.model,
                cacheSalt: request.cacheSalt
            )
        }
        prompt.isWhole = !request.extent.isBatch
        return prompt
    }

    /// What was sent before can be told apart by its bytes alone.
    private func sent(
        _ body: SharedBytes,
        of parsed: ParsedRequest,
        _ approximate: ApproximatePrefixIndex?
    ) -> CachedPrompt {
        var prompt = CachedPrompt.none
        prompt.approximate = approximate?.prompt(
            ofBytes: body.span,
            model: parsed.model,
            cacheSalt: parsed.cacheSalt
        )
        return prompt
    }

    private func degraded(
        _ parsed: ParsedRequest,
        _ body: SharedBytes,
        _ traits: InferenceRequest,
        _ approximate: ApproximatePrefixIndex?,
        by error: TokenizationError
    ) -> BodyReading {
        .degraded(
            parsed.request(traits, tokenCount: 0),
            sent(body, of: parsed, approximate),
            by: error
        )
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

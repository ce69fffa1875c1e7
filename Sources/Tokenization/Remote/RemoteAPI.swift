package import Domain

/// Which of vLLM's endpoints turns a request into token ids.
package enum RemoteAPI: String, Sendable, CaseIterable {
    /// `POST /tokenize`, on every engine. It knows neither `reasoning_effort` nor `documents` and
    /// does not say where media are: such requests are not sent.
    case tokenize
    /// `POST /v1/chat/completions/render` and `/v1/completions/render`, on engines that run with
    /// `--enable-scale-out` and on `vllm launch render`. Exact for every request.
    case render
}

/// What a client asks for, which says how its body becomes a prompt.
package enum RequestForm: Sendable {
    case chat
    case completion
}

/// The ids that an engine computed for a request.
package struct RemoteTokens: Equatable, Sendable {
    package let ids: [TokenID]
    /// False if media follow: these ids are those before the first of them.
    package let isComplete: Bool
}

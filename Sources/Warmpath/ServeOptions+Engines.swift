import CommandLineArguments
import Tokenization
import Tokenizer

/// What engines have to do with the tokens of prompts.
extension ServeOptions {
    static let tokenizerBackend = Option(
        "tokenizer-backend",
        "WHERE",
        default: TokenizerBackend.local,
        help: "local computes tokens here; engine asks the engines for those of each request."
    )
    static let tokenizerMode = Option(
        "tokenizer-mode",
        "MODE",
        default: TokenizerReading.auto,
        help: "How folders are read: raw as the file says, transformers-v5 as vLLM does, or auto."
    )
    static let selfCheck = Option(
        flag: "self-check",
        default: true,
        help: "Leaves unchecked, with some 200 prompts, that engines of --model have our tokens."
    )
    static let engineAPI = Option(
        "engine-tokenizer-api",
        "API",
        default: EngineTokenizerAPI.tokenize,
        help: "What engines are asked by: tokenize, render (vLLM's --enable-scale-out) or none."
    )
    static let engineTimeout = Option(
        "engine-tokenizer-timeout",
        "DURATION",
        default: RemoteTokenizer.Config().deadline,
        help: "From asking an engine until the request is routed without its tokens."
    )
    static let injectsTokenIDs = Option(
        flag: "inject-token-ids",
        help: "Sends chats on with their tokens, which vLLM 0.33 and newer then need not compute."
    )

    static let engineSection = Command.Section(
        "Tokens and engines",
        [
            tokenizerMode, selfCheck, injectsTokenIDs, tokenizerBackend, engineAPI, engineTimeout,
        ]
    )
}

/// Where tokens come from.
enum TokenizerBackend: String, CaseIterable, OptionWord {
    case local, engine
}

/// How a model's folder is read.
enum TokenizerReading: String, CaseIterable, OptionWord {
    case auto, raw
    case transformersV5 = "transformers-v5"

    /// Nil: whichever the folder is for.
    var mode: TokenizerMode? {
        switch self {
        case .auto: nil
        case .raw: .raw
        case .transformersV5: .transformersV5
        }
    }
}

/// How engines are asked for the tokens of requests.
enum EngineTokenizerAPI: String, CaseIterable, OptionWord {
    case tokenize, render, none

    /// Nil: they are not.
    var api: RemoteAPI? {
        switch self {
        case .tokenize: .tokenize
        case .render: .render
        case .none: nil
        }
    }
}

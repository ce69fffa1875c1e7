import ChatTemplates
import CommandLineArguments
import Tokenizer

/// How chats become prompts. Each must be told as the engines are told it: names are vLLM's.
extension ServeOptions {
    static let chatTemplate = Option(
        "chat-template",
        "NAME|FILE",
        default: "llama3",
        help: "A Jinja file for every model; or "
            + ChatTemplate.allCases.map(\.rawValue).joined(separator: " or ")
            + ", for a --tokenizer that is a file alone."
    )
    static let contentFormat = Option(
        "chat-template-content-format",
        "FORMAT",
        default: ContentFormatChoice.auto,
        help: "How templates are given contents: auto, string or openai."
    )
    static let templateArguments = Option<String?>(
        "default-chat-template-kwargs",
        "JSON",
        default: nil,
        help:
            "Arguments of templates that requests do not give, such as {\"enable_thinking\":false}."
    )
    static let trustsRequestTemplates = Option(
        flag: "trust-request-chat-template",
        help: "Renders by the templates that requests bring."
    )
    static let excludesTools = Option(
        flag: "exclude-tools-when-tool-choice-none",
        help: "Leaves tools out of the prompts of requests that choose none."
    )

    static let chatTemplateSection = Command.Section(
        "Chat templates",
        [
            chatTemplate, contentFormat, templateArguments, trustsRequestTemplates, excludesTools,
        ]
    )
}

enum ContentFormatChoice: String, CaseIterable, OptionWord {
    case auto, string, openai

    /// Nil: as the template asks for.
    var format: ContentFormat? {
        switch self {
        case .auto: nil
        case .string: .string
        case .openai: .openAI
        }
    }
}

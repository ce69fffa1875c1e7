package import Jinja

/// How the engines of a model were started, as far as it changes prompts. Each field must equal
/// the engine's option of the same name, or prompts differ and nothing matches.
package struct ChatModelOptions: Sendable, Equatable {
    /// `--tokenizer-mode`. `auto` decides by the model's files.
    package enum TokenizerMode: Sendable, Equatable {
        case auto, huggingFace, mistral, deepseekV32
    }

    package var tokenizerMode = TokenizerMode.auto
    /// `--chat-template`: the text of a template, or the name of one of the model's.
    package var chatTemplate: [UInt8]?
    /// `--chat-template-content-format`; nil is `auto`.
    package var contentFormat: ContentFormat?
    /// `--default-chat-template-kwargs`
    package var defaultTemplateArguments = TemplateDict()
    /// `--reasoning-effort-map`, from what requests say to what the template knows.
    package var reasoningEffortMap: [String: String] = [:]
    /// `--trust-request-chat-template`
    package var trustsRequestTemplates = false
    /// `--trust-request-mm-kwargs`
    package var trustsRequestMediaArguments = false
    /// `--exclude-tools-when-tool-choice-none`
    package var excludesToolsWhenToolChoiceIsNone = false

    /// Special tokens by their names (`bos_token`, ...) that the tokenizer's class has where the
    /// model's files do not mention the name. Empty for classes without such.
    package var specialTokenDefaults = TemplateDict()

    package init() {}
}

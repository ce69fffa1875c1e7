package import ChatTemplates
import Files
package import Tokenizer

/// Loads models from disk: tokenizer and chat template.
package struct FileModelLoader: ModelLoading {
    private let template: ChatTemplate
    private let options: ChatModelOptions
    private let mode: TokenizerMode

    /// - Parameters:
    ///   - template: writes the chats of models whose files have no template.
    ///   - options: how the engines were started.
    ///   - mode: how folders are read.
    package init(
        template: ChatTemplate,
        options: ChatModelOptions = ChatModelOptions(),
        mode: TokenizerMode = .transformersV5
    ) {
        self.template = template
        self.options = options
        self.mode = mode
    }

    package func load(path: String) throws(ModelLoadError) -> LoadedModel {
        try load(path: path, mode: mode)
    }

    /// The same in another mode than the loader's own.
    package func load(path: String, mode: TokenizerMode) throws(ModelLoadError) -> LoadedModel {
        let tokenizer: PipelineTokenizer
        do throws(TokenizerError) { tokenizer = try Self.tokenizer(at: path, mode) } catch {
            throw ModelLoadError(reason: error.description)
        }
        let names = tokenizer.addedTokenContents.map { String(decoding: $0, as: UTF8.self) }
        let files = ModelFiles(path: path, mode: mode, addedTokens: names)
        guard Self.hasTemplate(in: path) else {
            let renderer = NamedTemplateRenderer(template)
            return LoadedModel(tokenizer: tokenizer, renderer: renderer, files: files)
        }
        do throws(ChatModelError) {
            let model = try ChatModel(folder: path, options: options)
            let renderer = ChatModelRenderer(model)
            return LoadedModel(tokenizer: tokenizer, renderer: renderer, files: files)
        } catch {
            throw ModelLoadError(reason: "\(path): \(error)")
        }
    }

    private static func tokenizer(
        at path: String,
        _ mode: TokenizerMode
    ) throws(TokenizerError) -> PipelineTokenizer {
        FolderListing.names(in: path).isEmpty
            ? try PipelineTokenizer.load(path: path)
            : try TokenizerFolder(path: path).load(mode: mode)
    }

    /// The files that say how a model's chats are written.
    private static let templateFiles: Set = [
        "chat_template.jinja", "chat_template.json", "chat_templates", "tokenizer_config.json",
        "config.json", "tekken.json",
    ]

    private static func hasTemplate(in path: String) -> Bool {
        !templateFiles.isDisjoint(with: FolderListing.names(in: path))
    }
}

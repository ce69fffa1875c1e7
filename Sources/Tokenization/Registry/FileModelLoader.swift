package import ChatTemplates
import Files
import Jinja
package import Tokenizer

/// Loads models from disk: tokenizer and chat template.
package struct FileModelLoader: ModelLoading {
    private let template: ChatTemplate
    private let options: ChatModelOptions
    private let mode: TokenizerMode?

    /// - Parameters:
    ///   - template: writes the chats of models whose files have no template.
    ///   - options: how the engines were started.
    ///   - mode: how folders are read. Nil takes vLLM's own, `transformersV5`, and `raw` for a
    ///     class of tokenizers that is not known to it.
    package init(
        template: ChatTemplate,
        options: ChatModelOptions = ChatModelOptions(),
        mode: TokenizerMode? = nil
    ) {
        self.template = template
        self.options = options
        self.mode = mode
    }

    package func load(path: String) throws(ModelLoadError) -> LoadedModel {
        if let mode { return try load(path: path, mode: mode) }
        do throws(ModelLoadError) {
            return try load(path: path, mode: .transformersV5)
        } catch {
            guard let model = try? load(path: path, mode: .raw) else { throw error }
            return model
        }
    }

    /// The same in a mode that is not the loader's own.
    package func load(path: String, mode: TokenizerMode) throws(ModelLoadError) -> LoadedModel {
        let fileNames = FolderListing.names(in: path)
        let folder = fileNames.isEmpty ? nil : TokenizerFolder(path: path)
        let tokenizer: PipelineTokenizer
        do throws(TokenizerError) {
            if let folder {
                tokenizer = try folder.load(mode: mode)
            } else {
                tokenizer = try PipelineTokenizer.load(path: path)
            }
        } catch {
            throw ModelLoadError(reason: error.description)
        }
        let names = tokenizer.addedTokenContents.map { String(decoding: $0, as: UTF8.self) }
        return LoadedModel(
            tokenizer: tokenizer,
            renderer: try renderer(fileNames, folder, path: path, mode),
            files: ModelFiles(path: path, mode: mode, addedTokens: names)
        )
    }

    private func renderer(
        _ fileNames: [String],
        _ folder: TokenizerFolder?,
        path: String,
        _ mode: TokenizerMode
    ) throws(ModelLoadError) -> any PromptRendering {
        guard let folder, !Self.templateFiles.isDisjoint(with: fileNames) else {
            return NamedTemplateRenderer(template)
        }
        var options = options
        if mode == .transformersV5 {
            for token in folder.specialTokenDefaults() {
                options.specialTokenDefaults[Array(token.name.utf8)] = .string(token.text)
            }
        }
        do throws(ChatModelError) {
            return ChatModelRenderer(try ChatModel(folder: path, options: options))
        } catch {
            throw ModelLoadError(reason: "\(path): \(error)")
        }
    }

    /// The files that say how a model's chats are written.
    private static let templateFiles: Set = [
        "chat_template.jinja", "chat_template.json", "chat_templates", "tokenizer_config.json",
        "config.json", "tekken.json",
    ]
}

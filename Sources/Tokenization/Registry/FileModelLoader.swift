package import ChatTemplates
import Files
package import Tokenizer

/// Loads models from disk: tokenizer and chat template.
package struct FileModelLoader: ModelLoading {
    private let template: ChatTemplate
    private let options: ChatModelOptions

    /// - Parameters:
    ///   - template: writes the chats of models whose files have no template.
    ///   - options: how the engines were started.
    package init(template: ChatTemplate, options: ChatModelOptions = ChatModelOptions()) {
        self.template = template
        self.options = options
    }

    package func load(path: String) throws(ModelLoadError) -> LoadedModel {
        let tokenizer: PipelineTokenizer
        do throws(TokenizerError) { tokenizer = try Self.tokenizer(at: path) } catch {
            throw ModelLoadError(reason: error.description)
        }
        guard Self.hasTemplate(in: path) else {
            return LoadedModel(tokenizer: tokenizer, renderer: NamedTemplateRenderer(template))
        }
        do throws(ChatModelError) {
            let model = try ChatModel(folder: path, options: options)
            return LoadedModel(tokenizer: tokenizer, renderer: ChatModelRenderer(model))
        } catch {
            throw ModelLoadError(reason: "\(path): \(error)")
        }
    }

    private static func tokenizer(at path: String) throws(TokenizerError) -> PipelineTokenizer {
        FolderListing.names(in: path).isEmpty
            ? try PipelineTokenizer.load(path: path) : try TokenizerFolder(path: path).load()
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

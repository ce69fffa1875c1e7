import Files
package import Tokenizer

/// Loads models whose chats are written by one of the templates known by name.
package struct FileModelLoader: ModelLoading {
    private let template: ChatTemplate

    package init(template: ChatTemplate) { self.template = template }

    package func load(path: String) throws(ModelLoadError) -> LoadedModel {
        do throws(TokenizerError) {
            return LoadedModel(
                tokenizer: try FileModelLoader.tokenizer(at: path),
                renderer: NamedTemplateRenderer(template)
            )
        } catch {
            throw ModelLoadError(reason: error.description)
        }
    }

    /// - Parameter path: a folder with a model's files, or a `tokenizer.json` alone.
    package static func tokenizer(at path: String) throws(TokenizerError) -> PipelineTokenizer {
        FolderListing.names(in: path).isEmpty
            ? try PipelineTokenizer.load(path: path) : try TokenizerFolder(path: path).load()
    }
}

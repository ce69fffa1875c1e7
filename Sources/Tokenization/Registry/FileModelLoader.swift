import Files
package import Tokenizer

/// Loads models whose chats are written by one of the templates known by name.
package struct FileModelLoader: ModelLoading {
    private let template: ChatTemplate

    package init(template: ChatTemplate) { self.template = template }

    package func load(path: String) throws(ModelLoadError) -> LoadedModel {
        let inFolder = "\(path)/tokenizer.json"
        let file = FileIdentity(of: inFolder) == nil ? path : inFolder
        do throws(TokenizerError) {
            return LoadedModel(
                tokenizer: try BPETokenizer.load(path: file),
                renderer: NamedTemplateRenderer(template)
            )
        } catch {
            throw ModelLoadError(reason: error.description)
        }
    }
}

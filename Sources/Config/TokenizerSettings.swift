/// What a document of llm-d says of tokenizers. Nil: it says nothing.
package struct TokenizerSettings: Equatable, Sendable {
    /// Nil: one for each core.
    package var workersCount: Int?
    /// The pool's model.
    package var modelName: String?
    /// The file or folder of a model, by its name.
    package var paths: [String: String] = [:]
    /// Folders with a folder for each model.
    package var folders: [String] = []
    /// Whether what no folder has is downloaded.
    package var downloads: Bool?
    /// Where downloads are kept.
    package var downloadsFolder: String?
    /// A secret: no message and no description shows it.
    package var hubToken: String?

    package init() {}
}

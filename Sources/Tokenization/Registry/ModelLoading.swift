/// Makes a model from its files.
package protocol ModelLoading: Sendable {
    /// Blocks: called on a thread of its own.
    ///
    /// - Parameter path: a folder with a model's files, or a `tokenizer.json` alone.
    func load(path: String) throws(ModelLoadError) -> LoadedModel
}

/// Brings a model's files that are not there.
package protocol ModelDownloading: Sendable {
    /// - Returns: the folder that the files are in.
    func download(_ model: String) async throws(ModelLoadError) -> String
}

/// Why a model has no tokenizer.
package struct ModelLoadError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In English, with the path or URL.
    package let reason: String

    package init(reason: String) { self.reason = reason }

    package var description: String { reason }
}

/// Finds the model that a request names.
///
/// Thread safety: may be asked from any thread.
package protocol ModelSource: Sendable {
    /// Never waits, whatever the name.
    ///
    /// - Parameter name: from a client: any text.
    /// - Throws: `loading` or `noTokenizer`.
    func model(named name: String) throws(TokenizationError) -> LoadedModel
}

/// One model for every name, or none for any.
package struct SingleModel: ModelSource {
    private let model: LoadedModel?

    package init(_ model: LoadedModel?) { self.model = model }

    package func model(named name: String) throws(TokenizationError) -> LoadedModel {
        guard let model else { throw .noTokenizer(model: name) }
        return model
    }
}

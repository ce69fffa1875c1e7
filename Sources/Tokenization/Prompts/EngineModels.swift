/// Models whose tokens are always asked of their engines.
package struct EngineModels: ModelSource {
    private let baseModels: [String: String]

    /// - Parameter baseModels: the base model of each LoRA adapter, whose tokens it has.
    package init(baseModels: [String: String] = [:]) { self.baseModels = baseModels }

    package func model(named name: String) throws(TokenizationError) -> LoadedModel {
        throw .askEngine(model: baseModels[name] ?? name)
    }
}

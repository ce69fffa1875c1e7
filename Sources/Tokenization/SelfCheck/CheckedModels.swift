import Synchronization

/// The models of another source, with what the self-checks of some of them led to.
///
/// Thread safety: every method may be called from any thread.
package final class CheckedModels: ModelSource {
    package enum Outcome: Sendable {
        /// This one computes the engine's tokens, where the source's does not.
        case replaced(LoadedModel)
        /// Only the engines know the tokens.
        case engine
        /// No tokens are better than wrong ones.
        case off
    }

    private let source: any ModelSource
    private let baseModels: [String: String]
    private let outcomes: Mutex<[String: Outcome]>

    /// - Parameters:
    ///   - baseModels: the base model of each LoRA adapter: it is checked, and the adapter with it.
    ///   - outcomes: those that are known from the start.
    package init(
        _ source: any ModelSource,
        baseModels: [String: String] = [:],
        outcomes: [String: Outcome] = [:]
    ) {
        self.source = source
        self.baseModels = baseModels
        self.outcomes = Mutex(outcomes)
    }

    /// - Parameter outcome: nil: the source's model is right.
    package func set(_ outcome: Outcome?, of model: String) {
        outcomes.withLock { $0[model] = outcome }
    }

    package func model(named name: String) throws(TokenizationError) -> LoadedModel {
        let base = baseModels[name] ?? name
        switch outcomes.withLock({ $0[base] }) {
        case nil: return try source.model(named: name)
        case .replaced(let model): return model
        case .engine: throw .askEngine(model: base)
        case .off: throw .noTokenizer(model: base)
        }
    }
}

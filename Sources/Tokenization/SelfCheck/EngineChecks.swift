import Domain
import JSON
import Synchronization
import Threads
import Tokenizer

/// Checks one model's tokenizer against the engines that serve it, and acts on what comes out:
/// against one of those that are there at the start, and against each that appears later.
///
/// Thread safety: every method may be called from any thread.
package final class EngineChecks: Sendable {
    private struct State {
        /// Nil until the tokenizer is loaded.
        var model: LoadedModel?
        var engines: Set<String> = []
        var waiting: [SelfCheckRunner<TokenizerMode>.Engine] = []
        var hasStarted = false
        /// Tells appearances of one address apart.
        var appearances = 0
    }

    private let name: String
    private let loader: FileModelLoader
    private let models: CheckedModels
    private let runner: SelfCheckRunner<TokenizerMode>
    private let metrics: TokenizationMetrics
    private let state = Mutex(State())
    private let (changes, changed) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    /// Engines that wait to be checked, at most: of more, the last ones are not.
    private static let waitingMax = 1024

    /// - Parameters:
    ///   - name: the model as the engines know it.
    ///   - loader: loads it in the other modes.
    ///   - models: is told what is to be done with the model.
    package init(
        model name: String,
        loader: FileModelLoader,
        models: CheckedModels,
        runner: SelfCheckRunner<TokenizerMode>,
        metrics: TokenizationMetrics
    ) {
        self.name = name
        self.loader = loader
        self.models = models
        self.runner = runner
        self.metrics = metrics
    }

    /// To be called when the model is there: no check is made before.
    package func loaded(_ model: LoadedModel) {
        state.withLock { $0.model = model }
        changed.yield()
    }

    /// - Parameter urls: all the engines that are there now, as `http://host:port`.
    package func enginesChanged(to urls: [String]) {
        state.withLock { state in
            let new = urls.filter { !state.engines.contains($0) }
            state.engines = Set(urls)
            state.waiting.removeAll { !state.engines.contains($0.url) }
            for url in new.prefix(Self.waitingMax - state.waiting.count) {
                state.appearances += 1
                // Those of the start are taken for replicas of one version.
                let version = state.hasStarted ? "appearance \(state.appearances)" : "start"
                state.waiting.append(.init(url: url, version: version, model: name))
            }
            state.hasStarted = state.hasStarted || !urls.isEmpty
        }
        changed.yield()
    }

    /// Makes the checks that are due, one at a time, until the task is cancelled.
    package func run() async {
        for await _ in changes {
            while !Task.isCancelled, let (engine, model) = next() { await check(engine, model) }
        }
    }

    private func next() -> (SelfCheckRunner<TokenizerMode>.Engine, LoadedModel)? {
        state.withLock { state in
            guard let model = state.model, !state.waiting.isEmpty else { return nil }
            return (state.waiting.removeFirst(), model)
        }
    }

    private func check(
        _ engine: SelfCheckRunner<TokenizerMode>.Engine,
        _ model: LoadedModel
    ) async {
        guard let files = model.files else { return }
        let others = Mutex<[TokenizerMode: LoadedModel]>([:])
        let report = await runner.check(
            engine,
            probes: ProbeSet.all(specialTokens: files.addedTokens)
        ) { probes in
            var candidates = [
                SelfCheck.Candidate(mode: files.mode, tokens: await tokens(of: probes, model))
            ]
            for mode in TokenizerMode.allCases where mode != files.mode {
                guard let other = await load(files.path, mode) else { continue }
                others.withLock { $0[mode] = other }
                candidates.append(.init(mode: mode, tokens: await tokens(of: probes, other)))
            }
            return candidates
        }
        switch report?.verdict {
        case nil, .unknown: break
        case .keep: models.set(nil, of: name)
        case .change(let mode):
            if let other = others.withLock({ $0[mode] }) { models.set(.replaced(other), of: name) }
        case .askEngine: models.set(.engine, of: name)
        case .off: models.set(.off, of: name)
        }
    }

    private func load(_ path: String, _ mode: TokenizerMode) async -> LoadedModel? {
        try? await OSThread.perform(named: "model-load") { [loader] in
            try? loader.load(path: path, mode: mode)
        }
    }

    /// The tokens of each probe, or nil where we have none, as for a request's body.
    private func tokens(of probes: [Probe], _ model: LoadedModel) async -> [[TokenID]?] {
        let tokenizer = PromptTokenizer(models: SingleModel(model), store: nil, metrics: metrics)
        let computed = try? await OSThread.perform(named: "self-check") { [name] in
            probes.map { probe in
                (try? JSONDocument(parsing: probe.body(model: name)).root).flatMap {
                    try? tokenizer.tokens(of: $0, model: name)
                }
            }
        }
        return computed ?? []
    }
}

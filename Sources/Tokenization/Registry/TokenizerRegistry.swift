import Synchronization
package import Telemetry
import Threads

/// The tokenizers of every model that the pool serves, loaded when they are first asked for.
///
/// A request never waits for a load: until its model is there it is routed by load alone, and so
/// are those of a model that cannot be loaded, while all others go on. Clients name models, but
/// only names that the configuration, the folders or the pool know lead to any work.
///
/// Thread safety: every method may be called from any thread. Loads run on threads of their own.
package final class TokenizerRegistry: ModelSource {
    private let config: TokenizerRegistryConfig
    private let catalog: ModelCatalog
    private let loader: any ModelLoading
    private let downloader: (any ModelDownloading)?
    private let fallback: LoadedModel?
    private let metrics: TokenizationMetrics
    private let log: Log
    private let states: Mutex<ModelStates>
    private let observer = Mutex<LoadObserver?>(nil)
    private let known: Mutex<KnownModels>
    private let (work, workGiver) = AsyncStream.makeStream(
        of: Work.self,
        bufferingPolicy: .bufferingOldest(1024)
    )

    private enum Work: Sendable {
        case load(ModelName)
        case scanFolders
    }

    /// Loads under way at the same time; each needs a core, and memory for the file.
    private static let loadsMax = 2

    /// - Parameters:
    ///   - fallback: the model of every name that is not known. Nil: such requests have no tokens.
    ///   - downloader: nil if nothing may be downloaded.
    package init(
        config: TokenizerRegistryConfig,
        loader: any ModelLoading,
        downloader: (any ModelDownloading)? = nil,
        fallback: LoadedModel? = nil,
        metrics: TokenizationMetrics,
        log: Log
    ) {
        self.config = config
        self.loader = loader
        self.downloader = downloader
        self.fallback = fallback
        self.metrics = metrics
        self.log = log
        catalog = ModelCatalog(config)
        states = Mutex(ModelStates(config))
        known = Mutex(KnownModels(config))
        if !config.folders.isEmpty { workGiver.yield(.scanFolders) }
    }

    /// Is told of each model that is loaded, on the task that loads: must not wait.
    package typealias LoadObserver = @Sendable (_ name: String, LoadedModel) -> Void

    /// Replaces whoever observed before.
    package func observeLoads(_ observer: @escaping LoadObserver) {
        self.observer.withLock { $0 = observer }
    }

    /// Loads what is asked for until the task is cancelled. Without it, nothing is ever loaded.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await work in work {
                if running == Self.loadsMax {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask {
                    switch work {
                    case .load(let name): await self.load(name)
                    case .scanFolders: await self.scanFolders()
                    }
                }
            }
        }
    }

    /// Makes a model that the pool serves loadable, and begins to load it.
    package func announce(_ name: String) {
        guard let name = ModelName(name), known.withLock({ $0.announce(name.text) }) else { return }
        _ = try? model(named: name.text)
    }

    /// Begins to load the models that the configuration names, so that they are there when they
    /// are asked for.
    package func preload() {
        let names = config.knownModels.union(config.paths.keys)
        for name in names.sorted().prefix(config.loadedMax) { _ = try? model(named: name) }
    }

    package func model(named name: String) throws(TokenizationError) -> LoadedModel {
        let base = config.baseModels[name] ?? name
        switch known.withLock({ $0.find(base, at: .now) }) {
        case .known: break
        case .unknown(let isScanDue):
            if isScanDue { workGiver.yield(.scanFolders) }
            guard let fallback else { throw .noTokenizer(model: name) }
            return fallback
        }
        switch states.withLock({ $0.ask(base, at: .now) }) {
        case .loaded(let model): return model
        case .loading: throw .loading(model: base)
        case .failed: throw .noTokenizer(model: base)
        case .startLoading:
            if let name = ModelName(base), case .enqueued = workGiver.yield(.load(name)) {
                throw .loading(model: base)
            }
            _ = states.withLock { $0.failed(base, at: .now) }
            throw .noTokenizer(model: base)
        }
    }

    private func load(_ name: ModelName) async {
        let start = ContinuousClock.now
        do throws(ModelLoadError) {
            let model = try await loadedModel(name)
            let (gone, count) = states.withLock {
                ($0.loaded(name.text, model), $0.loadedCount)
            }
            metrics.loaded(count: count, in: .now - start)
            log.info("loaded a tokenizer", ["model": name.text, "took": "\(.now - start)"])
            for model in gone { log.info("dropped a tokenizer", ["model": model]) }
            observer.withLock { $0 }?(name.text, model)
        } catch {
            metrics.failedToLoad()
            if states.withLock({ $0.failed(name.text, at: .now) }) {
                log.warning(
                    "no tokenizer: requests of this model are routed by load alone",
                    ["model": name.text, "reason": error.reason]
                )
            }
        }
    }

    private func loadedModel(_ name: ModelName) async throws(ModelLoadError) -> LoadedModel {
        var path = try await onThread { [catalog] in .success(catalog.path(of: name)) }
        if path == nil, known.withLock({ $0.mayDownload(name.text) }) {
            path = try await downloader?.download(name.text)
        }
        guard let path else { throw ModelLoadError(reason: "no folder has its files") }
        return try await onThread { [loader] in
            do throws(ModelLoadError) { return .success(try loader.load(path: path)) } catch {
                return .failure(error)
            }
        }
    }

    private func scanFolders() async {
        let names = try? await onThread { [catalog] in .success(catalog.names()) }
        known.withLock { $0.scanned(names ?? []) }
    }

    /// Runs what blocks on a thread of its own.
    private func onThread<R: Sendable>(
        _ body: @escaping @Sendable () -> Result<R, ModelLoadError>
    ) async throws(ModelLoadError) -> R {
        let result: Result<R, ModelLoadError>
        do throws(OSThreadError) {
            result = try await OSThread.perform(named: "model-load", body)
        } catch {
            throw ModelLoadError(reason: "the system refuses a thread: errno \(error.errno)")
        }
        return try result.get()
    }
}

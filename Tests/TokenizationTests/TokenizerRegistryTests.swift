import ChatTemplates
import Domain
import Dispatch
import JSON
import Synchronization
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

/// One token for each byte.
struct ByteTokenizer: Tokenizer {
    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID]) {
        for index in text.indices { tokens.append(TokenID(rawValue: UInt32(text[index]))) }
    }

    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        encode(text, addSpecialTokens: false, to: &tokens)
    }

    func addedToken(_ content: [UInt8]) -> TokenID? { nil }
}

extension LoadedModel {
    static var fake: LoadedModel {
        LoadedModel(tokenizer: ByteTokenizer(), renderer: NamedTemplateRenderer(.chatML))
    }
}

/// Loads what it is asked for, or fails, and remembers both.
private final class ScriptedLoader: ModelLoading, ModelDownloading {
    private let loads = Mutex<[String]>([])
    private let downloads = Mutex<[String]>([])
    private let failing: Set<String>
    /// The load of this path waits until `release` is called.
    private let held: String?
    private let goOn = DispatchSemaphore(value: 0)

    init(failing: Set<String> = [], held: String? = nil) {
        self.failing = failing
        self.held = held
    }

    var loadedPaths: [String] { loads.withLock { $0 } }
    var downloadedModels: [String] { downloads.withLock { $0 } }
    func release() { goOn.signal() }

    func load(path: String) throws(ModelLoadError) -> LoadedModel {
        loads.withLock { $0.append(path) }
        if path == held { goOn.wait() }
        if failing.contains(path) { throw ModelLoadError(reason: "broken") }
        return .fake
    }

    func download(_ model: String) throws(ModelLoadError) -> String {
        downloads.withLock { $0.append(model) }
        return "downloaded/" + model
    }
}

@Suite struct TokenizerRegistryTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
        func count(of text: String) -> Int { lines.withLock { $0.count { $0.contains(text) } } }
    }

    /// A registry with models a, b and c, while `body` runs.
    private func withRegistry(
        _ loader: ScriptedLoader,
        fallback: LoadedModel? = nil,
        log: Lines = Lines(),
        configure: (inout TokenizerRegistryConfig) -> Void = { _ in },
        _ body: (TokenizerRegistry) async throws -> Void
    ) async throws {
        var config = TokenizerRegistryConfig()
        config.paths = ["a": "/a", "b": "/b", "c": "/c"]
        configure(&config)
        let registry = TokenizerRegistry(
            config: config,
            loader: loader,
            downloader: loader,
            fallback: fallback,
            metrics: TokenizationMetrics(registry: MetricsRegistry()),
            log: Log(level: .warning) { log.append($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await registry.run() }
            try await body(registry)
            group.cancelAll()
        }
    }

    /// Asks until the answer is not `loading`.
    private func settled(
        _ name: String,
        in registry: TokenizerRegistry
    ) async throws(TokenizationError) -> LoadedModel {
        while true {
            do {
                return try registry.model(named: name)
            } catch {
                guard case .loading = error else { throw error }
                await Task.yield()
            }
        }
    }

    @Test func `a model is loaded once, and requests do not wait for it`() async throws {
        let loader = ScriptedLoader(held: "/a")
        try await withRegistry(loader) { registry in
            for _ in 0..<100 {
                #expect(throws: TokenizationError.loading(model: "a")) {
                    try registry.model(named: "a")
                }
            }
            loader.release()
            _ = try await settled("a", in: registry)
            #expect(loader.loadedPaths == ["/a"])
        }
    }

    @Test func `while one model loads, others load and serve`() async throws {
        let loader = ScriptedLoader(held: "/a")
        try await withRegistry(loader) { registry in
            #expect(throws: TokenizationError.self) { try registry.model(named: "a") }
            _ = try await settled("b", in: registry)
            _ = try await settled("c", in: registry)
            #expect(throws: TokenizationError.loading(model: "a")) {
                try registry.model(named: "a")
            }
            loader.release()
            _ = try await settled("a", in: registry)
        }
    }

    @Test func `a model that cannot be loaded is left alone, with one warning, and others serve`()
        async throws
    {
        let (loader, lines) = (ScriptedLoader(failing: ["/a"]), Lines())
        try await withRegistry(loader, log: lines) { registry in
            for _ in 0..<10 {
                await #expect(throws: TokenizationError.noTokenizer(model: "a")) {
                    try await settled("a", in: registry)
                }
            }
            _ = try await settled("b", in: registry)
            #expect(loader.loadedPaths == ["/a", "/b"])
            #expect(lines.count(of: "broken") == 1)
        }
    }

    @Test func `a failed load is tried again later, with no second warning`() async throws {
        let (loader, lines) = (ScriptedLoader(failing: ["/a"]), Lines())
        try await withRegistry(loader, log: lines, configure: { $0.retryDelay = .zero }) {
            registry in
            while loader.loadedPaths.count < 3 {
                _ = try? registry.model(named: "a")
                await Task.yield()
            }
            #expect(lines.count(of: "broken") == 1)
        }
    }

    @Test(arguments: ["x", "", "../a", "/a", "a/../b", "a/./b", "a\0", "a\\b", "~", "a//b"])
    func `a name that nobody but a client knows leads to no work`(name: String) async throws {
        let loader = ScriptedLoader()
        try await withRegistry(loader) { registry in
            #expect(throws: TokenizationError.noTokenizer(model: name)) {
                try registry.model(named: name)
            }
            _ = try await settled("a", in: registry)
            #expect(loader.loadedPaths == ["/a"])
            #expect(loader.downloadedModels.isEmpty)
        }
        let fallback = LoadedModel.fake
        try await withRegistry(loader, fallback: fallback) { registry in
            let found = try registry.model(named: name)
            #expect(found.scope == fallback.scope)
        }
    }

    @Test(arguments: [
        "../etc", "/etc", ".hidden", "a/..", "a\0b", String(repeating: "a", count: 300),
    ])
    func `a name that could be a path is not even announced`(name: String) async throws {
        let loader = ScriptedLoader()
        try await withRegistry(loader) { registry in
            registry.announce(name)
            #expect(throws: TokenizationError.noTokenizer(model: name)) {
                try registry.model(named: name)
            }
        }
        #expect(loader.downloadedModels.isEmpty)
    }

    @Test func `what the pool announces is downloaded if no folder has it`() async throws {
        let loader = ScriptedLoader()
        try await withRegistry(loader) { registry in
            registry.announce("org/new")
            _ = try await settled("org/new", in: registry)
            #expect(loader.loadedPaths == ["downloaded/org/new"])
        }
    }

    @Test func `an adapter has the tokenizer of its base model`() async throws {
        let loader = ScriptedLoader()
        try await withRegistry(loader, configure: { $0.baseModels = ["lora": "a"] }) { registry in
            let adapter = try await settled("lora", in: registry)
            let base = try registry.model(named: "a")
            #expect(base.scope == adapter.scope)
            #expect(loader.loadedPaths == ["/a"])
        }
    }

    @Test func `the least recently used model goes when there are too many`() async throws {
        let loader = ScriptedLoader()
        try await withRegistry(loader, configure: { $0.loadedMax = 2 }) { registry in
            _ = try await settled("a", in: registry)
            _ = try await settled("b", in: registry)
            _ = try registry.model(named: "a")
            _ = try await settled("c", in: registry)
            _ = try registry.model(named: "a")
            #expect(throws: TokenizationError.loading(model: "b")) {
                try registry.model(named: "b")
            }
            _ = try await settled("b", in: registry)
            #expect(loader.loadedPaths == ["/a", "/b", "/c", "/b"])
        }
    }

    @Test func `the wait after a failure doubles up to its bound, and starts anew after a success`()
    {
        var config = TokenizerRegistryConfig()
        config.retryDelay = .seconds(10)
        config.retryDelayMax = .seconds(30)
        var states = ModelStates(config)
        var now = ContinuousClock.now
        for delay in [10, 20, 30, 30] {
            guard case .startLoading = states.ask("a", at: now) else {
                Issue.record("after \(delay) s")
                return
            }
            _ = states.failed("a", at: now)
            guard case .failed = states.ask("a", at: now + .seconds(delay - 1)) else {
                Issue.record("before \(delay) s")
                return
            }
            now += .seconds(delay)
        }
        guard case .startLoading = states.ask("a", at: now) else { return }
        #expect(states.loaded("a", .fake).isEmpty)
        guard case .loaded = states.ask("a", at: now) else {
            Issue.record("it is not loaded")
            return
        }
    }
}

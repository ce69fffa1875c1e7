import ChatTemplates
import Foundation
import JSON
import Telemetry
import Testing
import Tokenizer

@testable import Tokenization

/// A folder that is gone when this value is.
private final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to file: String) throws {
        let url = URL(filePath: path).appending(path: file)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }
}

@Suite struct ModelCatalogTests {
    private let folder: TemporaryFolder
    private let catalog: ModelCatalog

    init() throws {
        folder = try TemporaryFolder()
        for file in [
            "plain/tokenizer.json", "org/name/tokenizer.json", "mistral/tekken.json",
            "empty/readme", "models--hub--two--dashes/snapshots/abc/tokenizer.json",
            "models--hub--old/snapshots/abc/tokenizer.json",
            "models--hub--old/snapshots/def/tokenizer.json",
            "models--hub--alone/snapshots/abc/tokenizer.json",
            "models--hub--unsure/snapshots/abc/tokenizer.json",
            "models--hub--unsure/snapshots/def/tokenizer.json",
            "models--hub--evil/snapshots/abc/tokenizer.json",
        ] {
            try folder.write("{}", to: file)
        }
        try folder.write("abc", to: "models--hub--two--dashes/refs/main")
        try folder.write("def\n", to: "models--hub--old/refs/main")
        try folder.write("../../../plain", to: "models--hub--evil/refs/main")
        var config = TokenizerRegistryConfig()
        config.folders = [folder.path + "/nowhere", folder.path]
        config.paths = ["plain": "/elsewhere"]
        catalog = ModelCatalog(config)
    }

    @Test(arguments: [
        ("plain", "/elsewhere"),
        ("org/name", "org/name"),
        ("mistral", "mistral"),
        ("hub/old", "models--hub--old/snapshots/def"),
        ("hub/two--dashes", "models--hub--two--dashes/snapshots/abc"),
        ("hub/alone", "models--hub--alone/snapshots/abc"),
    ])
    func `a model is found where the map, a folder or a hub's cache has it`(
        name: String,
        path: String
    ) throws {
        let found = catalog.path(of: try #require(ModelName(name)))
        #expect(found == (path.hasPrefix("/") ? path : folder.path + "/" + path))
    }

    @Test(arguments: ["empty", "org", "hub/unsure", "hub/evil", "other"])
    func `without a tokenizer, or a snapshot to be sure of, there is no model`(name: String) throws
    {
        #expect(catalog.path(of: try #require(ModelName(name))) == nil)
    }

    @Test func `the folders say which models they hold`() {
        #expect(
            catalog.names() == [
                "plain", "org/name", "mistral", "hub/old", "hub/two--dashes", "hub/alone",
            ]
        )
    }

    @Test func `clients may ask for what a folder holds, and for what it holds by and by`()
        async throws
    {
        var config = TokenizerRegistryConfig()
        config.folders = [folder.path]
        config.rescanInterval = .zero
        let registry = TokenizerRegistry(
            config: config,
            loader: FileModelLoader(template: .chatML),
            metrics: TokenizationMetrics(registry: MetricsRegistry()),
            log: Log(level: .error)
        )
        let source = try Data(
            contentsOf: URL(filePath: try #require(environment("WARMPATH_TEST_TOKENIZER")))
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await registry.run() }
            #expect(throws: TokenizationError.noTokenizer(model: "late/model")) {
                try registry.model(named: "late/model")
            }
            try folder.write(
                String(decoding: source, as: UTF8.self),
                to: "late/model/tokenizer.json"
            )
            var loaded: LoadedModel?
            while loaded == nil {
                loaded = try? registry.model(named: "late/model")
                await Task.yield()
            }
            #expect(loaded?.tokenizer.addedToken(Array("<|eot_id|>".utf8)) != nil)
            group.cancelAll()
        }
    }

    @Test func `a folder with a template writes chats by it, a tokenizer alone by a named one`()
        throws
    {
        let tokenizer = try Data(
            contentsOf: URL(filePath: try #require(environment("WARMPATH_TEST_TOKENIZER")))
        )
        let text = String(decoding: tokenizer, as: UTF8.self)
        try folder.write(text, to: "own/tokenizer.json")
        try folder.write("{{ messages[0].content }}!", to: "own/chat_template.jinja")
        try folder.write(#"{"model_type": "llama"}"#, to: "own/config.json")
        let loader = FileModelLoader(template: .chatML)
        let body = try JSONDocument(
            parsing: Array(#"{"messages": [{"role": "user", "content": "a"}]}"#.utf8)
        ).root
        for (path, wanted) in [
            ("own", "a!"), ("own/tokenizer.json", "<|im_start|>user\na<|im_end|>\n"),
        ] {
            let model = try loader.load(path: folder.path + "/" + path)
            let prompts = try #require(try model.renderer.render(body))
            guard case .text(let prompt) = prompts.first,
                case .text(let text)? = prompt.segments.first
            else {
                Issue.record("no text")
                return
            }
            #expect(String(decoding: text, as: UTF8.self).hasPrefix(wanted))
        }
        try folder.write("{% unknown %}", to: "own/chat_template.jinja")
        #expect(throws: ModelLoadError.self) { try loader.load(path: folder.path + "/own") }
    }
}

import Files
import Foundation
import HTTP
import Telemetry
import Testing

@testable import Tokenization

@Suite(.timeLimit(.minutes(1)))
struct HubDownloaderTests {
    private static let tokenizer = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    private static let template = Array("{{ messages }}".utf8)
    private static let files = [
        "tokenizer.json": tokenizer, "chat_template.jinja": template, "model.safetensors": [1],
        ".gitattributes": [2],
    ]

    private let model = HubModel("org/name")
    private let lines = Recorder<String>()

    /// Runs `body` with the hub and an empty cache.
    private func withHub(
        _ hub: FakeHub,
        _ body: (_ config: HubConfig) async throws -> Void
    ) async throws {
        let cache = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: cache) }
        try await hub.run { url in
            var config = HubConfig(cachePath: cache.path)
            config.endpoint = url
            config.token = "hf_secret"
            config.retryDelay = .microseconds(10)
            config.lockPollInterval = .milliseconds(1)
            try await body(config)
        }
    }

    private func download(_ config: HubConfig) async throws -> String {
        let log = Log(level: .debug) { [lines] in lines.record($0) }
        return try await HubDownloader(config, log: log).download(try #require(model))
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        try FileContents(of: path, byteCountMax: 1 << 20).bytes
    }

    @Test func `files land in the layout of Hugging Face's cache, once`() async throws {
        let hub = FakeHub(Self.files)
        try await withHub(hub) { config in
            let folder = config.cachePath + "/models--org--name"
            for _ in 0..<2 {
                try await #expect(download(config) == "\(folder)/snapshots/\(FakeHub.commit)")
            }
            let snapshot = "\(folder)/snapshots/\(FakeHub.commit)"
            try #expect(bytes(snapshot + "/tokenizer.json") == Self.tokenizer)
            try #expect(bytes(snapshot + "/chat_template.jinja") == Self.template)
            try #expect(FileTree.names(in: snapshot).count == 2)
            try #expect(bytes(folder + "/refs/main") == Array(FakeHub.commit.utf8))
            let blob = folder + "/blobs/" + FakeHub.entityTag(Self.template)
            try #expect(bytes(blob) == Self.template)
            try #expect(FileTree.names(in: folder + "/blobs").count == 2)
        }
        #expect(
            hub.transfers.sorted() == ["chat_template.jinja", "tokenizer.json", "tokenizer.json"]
        )
    }

    @Test func `the token goes to the hub and to nobody that it leads to`() async throws {
        let hub = FakeHub(Self.files, faults: ["tokenizer.json": [.spoil]])
        try await withHub(hub) { config in
            await #expect(throws: HubError.self) { try await download(config) }
            _ = try await download(config)
            #expect(!"\(config)".contains("hf_secret"))
        }
        #expect(hub.requests.all.allSatisfy { $0.authorization == "Bearer hf_secret" })
        #expect(hub.storageRequests.all.count == 2)
        #expect(hub.storageRequests.all.allSatisfy { $0.authorization == nil })
        #expect(!lines.all.contains { $0.contains("secret") })
    }

    @Test func `an interrupted transfer is resumed where it ended`() async throws {
        let hub = FakeHub(
            Self.files,
            faults: ["tokenizer.json": [.cut(after: 100_000), .status(503), .cut(after: 50_000)]]
        )
        try await withHub(hub) { config in
            let snapshot = try await download(config)
            try #expect(bytes(snapshot + "/tokenizer.json") == Self.tokenizer)
        }
        #expect(
            hub.storageRequests.all.map(\.range)
                == [nil, "bytes=100000-", "bytes=100000-", "bytes=150000-"]
        )
    }

    @Test func `a storage that cannot resume sends the whole file again`() async throws {
        let hub = FakeHub(
            Self.files,
            faults: ["tokenizer.json": [.cut(after: 9), .ignoreRange]]
        )
        try await withHub(hub) { config in
            let snapshot = try await download(config)
            try #expect(bytes(snapshot + "/tokenizer.json") == Self.tokenizer)
        }
    }

    @Test func `a file may be smaller than the redirect to it`() async throws {
        let hub = FakeHub(["tokenizer.json": Array("{}".utf8), "config.json": []])
        try await withHub(hub) { config in
            let snapshot = try await download(config)
            try #expect(bytes(snapshot + "/tokenizer.json") == Array("{}".utf8))
            try #expect(bytes(snapshot + "/config.json") == [])
        }
    }

    @Test func `a part that was not asked for is refused`() async throws {
        let hub = FakeHub(
            Self.files,
            faults: ["tokenizer.json": [.cut(after: 9), .sendOtherRange]]
        )
        try await withHub(hub) { config in
            await #expect(throws: HubError.self) { try await download(config) }
            let snapshot = try await download(config)
            try #expect(bytes(snapshot + "/tokenizer.json") == Self.tokenizer)
        }
    }

    @Test(arguments: ["tokenizer.json", "chat_template.jinja"])
    func `bytes that are not the file's are refused and leave nothing`(name: String) async throws {
        let hub = FakeHub(Self.files, faults: [name: [.spoil]])
        try await withHub(hub) { config in
            let resolved = "\(config.endpoint)/org/name/resolve/\(FakeHub.commit)/\(name)"
            await #expect(throws: HubError.checksumMismatch(file: resolved)) {
                try await download(config)
            }
            let folder = config.cachePath + "/models--org--name"
            #expect(FileTree.byteCount(of: folder + "/refs/main") == nil)
            let snapshot = try FileTree.names(in: "\(folder)/snapshots/\(FakeHub.commit)")
            #expect(!snapshot.contains(name))
            let blobs = try FileTree.names(in: folder + "/blobs")
            #expect(blobs.count == snapshot.count)
        }
    }

    @Test func `what an earlier run left spoilt is downloaded from the start`() async throws {
        let hub = FakeHub(["tekken.model": [], "tiktoken.model": Self.tokenizer])
        try await withHub(hub) { config in
            let blobs = config.cachePath + "/models--org--name/blobs"
            try FileTree.makeFolder(blobs)
            let rest = "\(blobs)/\(FakeHub.entityTag(Self.tokenizer)).incomplete"
            for left in [[UInt8](repeating: 9, count: 70), Self.tokenizer + [1]] {
                try FileTree.write(left, to: rest, by: rest + ".new")
                let snapshot = try await download(config)
                try #expect(bytes(snapshot + "/tiktoken.model") == Self.tokenizer)
                try FileTree.remove(snapshot + "/tiktoken.model")
                try FileTree.remove("\(blobs)/\(FakeHub.entityTag(Self.tokenizer))")
            }
        }
    }

    @Test(arguments: [401, 403, 404, 400])
    func `what the hub refuses is a typed error at once`(status: Int) async throws {
        let hub = FakeHub(Self.files, faults: ["listing": [.status(status)]])
        try await withHub(hub) { config in
            let url = config.endpoint + "/api/models/org/name/revision/main"
            let expected: HubError =
                switch status {
                case 401: .unauthorized(url: url)
                case 403: .forbidden(url: url)
                case 404: .notFound(url: url)
                default: .malformedAnswer(url: url, reason: "it answers 400")
                }
            await #expect(throws: expected) { try await download(config) }
        }
        #expect(hub.requests.all.count == 1)
    }

    @Test func `an overloaded hub is asked again, and not for ever`() async throws {
        let faults = [FakeHub.Fault](repeating: .status(429), count: 4)
        let patient = FakeHub(Self.files, faults: ["listing": faults])
        try await withHub(patient) { _ = try await download($0) }
        let hub = FakeHub(Self.files, faults: ["listing": faults + [.status(503)]])
        try await withHub(hub) { config in
            await #expect(throws: HubError.self) { try await download(config) }
        }
        #expect(hub.requests.all.count == 5)
    }

    @Test func `downloads at the same time bring each file once`() async throws {
        let hub = FakeHub(Self.files)
        try await withHub(hub) { config in
            let folders = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 { group.addTask { try await download(config) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(folders.count == 1)
        }
        #expect(hub.storageRequests.all.count == 1)
    }

    @Test func `without the hub the cache serves, and an empty one says so`() async throws {
        try await withHub(FakeHub(Self.files)) { config in
            var offline = config
            offline.isOffline = true
            await #expect(throws: HubError.offline(model: "org/name@main")) {
                try await download(offline)
            }
            let snapshot = try await download(config)
            offline.endpoint = "nowhere"
            try await #expect(download(offline) == snapshot)
            let closed = try HTTPServer.listen(HTTPServer.Config()) { _ in HTTPResponse() }
            var unreachable = config
            unreachable.endpoint = "http://127.0.0.1:\(closed.port)"
            _ = consume closed
            try await #expect(download(unreachable) == snapshot)
        }
    }

    @Test func `a model without tokenizer, or with a file too large, is refused`() async throws {
        try await withHub(FakeHub(["config.json": [1], "a/tokenizer.json": [1]])) { config in
            await #expect(throws: HubError.noTokenizerFiles(model: "org/name@main")) {
                try await download(config)
            }
        }
        try await withHub(FakeHub(Self.files)) { config in
            var small = config
            small.fileBytesMax = Self.tokenizer.count - 1
            await #expect(throws: HubError.self) { try await download(small) }
        }
    }
}

import Domain
import Files
import Synchronization
import Telemetry
import Testing

@testable import Discovery

@Suite(.timeLimit(.minutes(1))) struct EndpointsFileWatcherTests {
    private let file = TemporaryFile()
    private let store = EndpointStore()
    private let metrics = DiscoveryMetrics(registry: MetricsRegistry(), poolName: "pool")
    private let silent = Log(level: .error) { _ in }

    private func text(_ addresses: [String]) -> String {
        addresses.reduce(into: "endpoints:\n") { text, address in
            text += "  - { name: \"\(address)\", address: \"\(address)\" }\n"
        }
    }

    private func watcher(
        log: Log? = nil,
        onChange: @escaping @Sendable (EndpointSnapshot) -> Void = { _ in }
    ) throws(EndpointsFileError) -> EndpointsFileWatcher {
        try EndpointsFileWatcher(
            path: file.path,
            store: store,
            metrics: metrics,
            log: log ?? silent,
            pollInterval: .milliseconds(1),
            onChange: onChange
        )
    }

    private var addresses: [String] { store.snapshot.endpoints.map(\.address) }

    @Test func `the pool is known before anything runs`() throws {
        try file.replace(text(["a:1", "b:1"]))
        _ = try watcher()
        #expect(addresses == ["a:1", "b:1"])
        #expect(metrics.readyEndpoints.value == 2)
        #expect(metrics.fileReloads.value == 0)
    }

    @Test func `a first file that is broken or missing throws, and publishes nothing`() throws {
        #expect(throws: EndpointsFileError.unreadable(reason: "No such file or directory")) {
            try watcher()
        }
        try file.replace("endpoints: 1")
        #expect(throws: EndpointsFileError.self) { try watcher() }
        #expect(store.snapshot.generation == 0)
    }

    @Test func `changes of the file become changes of the pool until the task is cancelled`()
        async throws
    {
        try file.replace(text(["a:1"]))
        let (changes, changed) = AsyncStream.makeStream(of: [String].self)
        let watcher = try watcher { changed.yield($0.endpoints.map(\.address)) }
        let run = Task { await watcher.run() }
        var next = changes.makeAsyncIterator()
        #expect(await next.next() == ["a:1"])
        try file.replace(text(["a:1", "b:1"]))
        #expect(await next.next() == ["a:1", "b:1"])
        try file.relink(text(["c:1"]), to: "old")
        #expect(await next.next() == ["c:1"])
        try file.relink(text(["d:1"]), to: "new")
        #expect(await next.next() == ["d:1"])
        run.cancel()
        await run.value
    }

    @Test func `a write in place is seen`() throws {
        try file.replace(text(["a:1"]))
        let watcher = try watcher()
        let seen = FileIdentity(of: file.path)
        try file.append("  - { name: b, address: \"b:1\" }\n")
        #expect(watcher.reload(ifNot: seen) != seen)
        #expect(addresses == ["a:1", "b:1"])
        #expect(metrics.fileReloads.value == 1)
    }

    @Test func `a broken file keeps the last endpoints and is reported once`() throws {
        final class Lines: Sendable { let count = Atomic<Int>(0) }
        let lines = Lines()
        try file.replace(text(["a:1"]))
        let log = Log(level: .error) { _ in lines.count.add(1, ordering: .relaxed) }
        let watcher = try watcher(log: log)
        var seen: FileIdentity? = FileIdentity(of: file.path)

        try file.replace("endpoints: [")
        for _ in 0..<3 { seen = watcher.reload(ifNot: seen) }
        #expect(addresses == ["a:1"])
        #expect(metrics.readyEndpoints.value == 1)
        #expect(metrics.fileReloadErrors.value == 1)
        #expect(lines.count.load(ordering: .relaxed) == 1)

        try file.replace(text(["b:1"]))
        seen = watcher.reload(ifNot: seen)
        #expect(addresses == ["b:1"])
        #expect(metrics.fileReloads.value == 1)
    }

    @Test func `labels that are not understood are told, at most so many, and cost nothing`() throws
    {
        let lines = Mutex<[String]>([])
        let item = "address: \"a:1\", labels: { llm-d.ai/role: coder }"
        try file.replace("endpoints:\n  - { name: a, \(item) }\n")
        let log = Log(level: .warning) { line in lines.withLock { $0.append(line) } }
        let watcher = try watcher(log: log)
        #expect(addresses == ["a:1"])
        #expect(lines.withLock { $0.filter { $0.contains("found `coder`") }.count } == 1)

        let seen = FileIdentity(of: file.path)
        let items = (1...40).map {
            "  - { name: \($0), \(item.replacing("a:1", with: "a:\($0)")) }\n"
        }
        try file.replace("endpoints:\n" + items.joined())
        lines.withLock { $0 = [] }
        _ = watcher.reload(ifNot: seen)
        #expect(addresses.count == 40)
        #expect(metrics.fileReloadErrors.value == 0)
        #expect(lines.withLock { $0.count } == 17)
        #expect(lines.withLock { $0.last?.contains("\"24\"") } == true)
    }

    @Test func `a file that is gone for a moment changes nothing`() throws {
        try file.replace(text(["a:1"]))
        let watcher = try watcher()
        var seen: FileIdentity? = FileIdentity(of: file.path)
        try file.remove()
        for _ in 0..<3 { seen = watcher.reload(ifNot: seen) }
        #expect(seen == nil)
        #expect(metrics.fileReloadErrors.value == 1)

        let generation = store.snapshot.generation
        try file.replace(text(["a:1"]))
        _ = watcher.reload(ifNot: seen)
        #expect(metrics.fileReloads.value == 1)
        #expect(store.snapshot.generation == generation)
    }
}

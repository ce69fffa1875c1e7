import Domain
import HTTP
import KVIndexer
import Synchronization
import Telemetry
import Testing

@Suite struct SnapshotPeerTests {
    private let fixture: SnapshotFixture
    private let other: SnapshotFixture
    private let cache = CacheID(endpoint: EndpointID(rawValue: 3))
    private let endpoints = [SnapshotFixture.endpoint(1, 1)]
    private let prompt = (0..<300).map { UInt64($0) << 40 | 3 }

    init() throws {
        fixture = try SnapshotFixture()
        other = try SnapshotFixture()
    }

    /// Runs a replica that holds the prompt, with its endpoint behind a server.
    private func withPeer(
        _ onBegin: @escaping @Sendable () async -> Void = {},
        _ body: (_ url: String) async throws -> Void
    ) async throws {
        let index = fixture.index()
        index.hold(prompt, at: cache)
        let publishers = [cache: SnapshotFixture.publisher(1)]
        let feed = ScriptedFeed(publishers: publishers, onBegin: onBegin)
        let endpoint = SnapshotEndpoint(fixture.service(index, feed), metrics: fixture.metrics)
        try await withServer(body) { request in
            endpoint.response(to: request) ?? HTTPResponse(status: 404)
        }
    }

    private func withServer(
        _ body: (_ url: String) async throws -> Void,
        _ handler: @escaping HTTPServer.Handler
    ) async throws {
        let server = try HTTPServer.listen(HTTPServer.Config(), handler: handler)
        let running = Task { try await server.run() }
        do {
            try await body("http://127.0.0.1:\(server.port)")
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    /// Starts a replica that has nothing, and asks the peer. Returns what it holds of the prompt.
    private func bootstrap(
        from url: String,
        change: (inout SnapshotConfig) -> Void = { _ in }
    ) async -> Int {
        let index = other.index()
        let feed = ScriptedFeed(publishers: [:])
        let service = other.service(index, feed) { config in
            config.peerURL = url
            config.peerTimeoutSeconds = 3_600  // other tests may keep the cores busy
            change(&config)
        }
        let restored = await service.restore(for: endpoints) { ScriptedFeed.loadedSpace($0) }
        #expect(!other.names.contains("index.snapshot.peer"))
        #expect(restored.isEmpty == index.openHolders.isEmpty)
        return Int(index.matches(prompt, in: 7).endpoints.first?.blocks ?? 0)
    }

    @Test(arguments: ["", "/"])
    func `a replica that starts gets the blocks of one that runs`(slash: String) async throws {
        try await withPeer { url in
            #expect(await bootstrap(from: url + slash) == prompt.count)
        }
        #expect(fixture.metrics.snapshot.served.value == 1)
        #expect(fixture.names.isEmpty)  // nothing went over the peer's disk
    }

    @Test func `a snapshot of one's own is taken first, and the peer's if it is refused`()
        async throws
    {
        let index = other.index()
        index.hold(Array(prompt[..<10]), at: cache)
        let feed = ScriptedFeed(publishers: [cache: SnapshotFixture.publisher(1)])
        await other.service(index, feed).save()
        try await withPeer { url in
            #expect(await bootstrap(from: url) == 10)
            try other.write(Array(try other.bytes().dropLast()))
            #expect(await bootstrap(from: url) == prompt.count)
        }
        #expect(other.metrics.snapshot.refused(.damaged) == 1)
    }

    @Test func `a peer that is not there, has no snapshot, or sends too much is done without`()
        async throws
    {
        #expect(await bootstrap(from: "http://127.0.0.1:1") == 0)
        try await withServer({ #expect(await bootstrap(from: $0) == 0) }) { _ in
            HTTPResponse(status: 404, text: "not found")
        }
        #expect(other.metrics.snapshot.refused(.notReceived) == 2)
        try await withPeer { url in
            #expect(await bootstrap(from: url) { $0.bytesMax = 1_000 } == 0)
        }
        #expect(other.metrics.snapshot.refused(.tooLarge) == 1)
    }

    @Test func `a body that is cut or changed on the way is refused`() async throws {
        let bytes = Mutex<[UInt8]>([])
        try await withPeer { url in
            let response = try await HTTPClient().send(
                HTTPClient.Request("GET", url + SnapshotEndpoint.path, deadline: nil)
            )
            bytes.withLock { $0 = response.body }
        }
        let whole = bytes.withLock { $0 }
        try await withServer({ #expect(await bootstrap(from: $0) == prompt.count) }) { _ in
            HTTPResponse(body: .bytes(whole))
        }
        try await withServer({ #expect(await bootstrap(from: $0) == 0) }) { _ in
            HTTPResponse(body: .bytes(whole.dropLast(100)))
        }
        #expect(other.metrics.snapshot.refused(.damaged) == 1)
        try await withServer({ #expect(await bootstrap(from: $0) == 0) }) { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write(Array(whole.dropLast(100)))
                    throw HTTPError.cancelled
                }
            )
        }
        #expect(other.metrics.snapshot.refused(.notReceived) == 1)
    }

    @Test func `one replica is served at a time, and other requests are none of its`() async throws
    {
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        try await withPeer {
            hasBegun.yield()
            for await _ in released { break }
        } _: { url in
            let client = HTTPClient()
            let request = HTTPClient.Request("GET", url + SnapshotEndpoint.path, deadline: nil)
            async let first = client.send(request)
            for await _ in begun { break }
            let second = try await client.send(request)
            #expect(second.status == 503)
            #expect(second.headers["retry-after"] == "5")
            release.yield()
            #expect(try await first.status == 200)
            release.yield()
            // The turn comes back when the first response has gone.
            while try await client.send(request).status == 503 { release.yield() }
            let post = HTTPClient.Request("POST", url + SnapshotEndpoint.path, deadline: nil)
            #expect(try await client.send(post).status == 405)
            let metrics = HTTPClient.Request("GET", url + "/metrics", deadline: nil)
            #expect(try await client.send(metrics).status == 404)
        }
    }
}

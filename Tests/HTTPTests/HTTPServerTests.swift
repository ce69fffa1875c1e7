import HTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTPServerTests {
    @Test func `a large body comes back unchanged`() async throws {
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let client = HTTPClient()
        let echo = try await withServer {
            HTTPResponse(body: .bytes($0.body))
        } _: { url in
            try await client.send(.init("POST", url + "/echo", body: body))
        }
        #expect(echo.status == 200)
        #expect(echo.body == body)
    }

    @Test func `method, path, query and headers reach the handler`() async throws {
        let client = HTTPClient()
        let text = try await withServer { request in
            let (name, tag) = (request.query["name"] ?? "", request.headers["X-Tag"] ?? "")
            return HTTPResponse(text: "\(request.method) \(request.path) \(name) \(tag)")
        } _: { url in
            let request = HTTPClient.Request(
                "DELETE",
                url + "/a%20b?name=c%20d",
                headers: ["x-tag": "e"]
            )
            return String(decoding: try await client.send(request).body, as: UTF8.self)
        }
        #expect(text == "DELETE /a b c d e")
    }

    @Test func `each streamed piece arrives before the next is written`() async throws {
        let (arrivals, arrived) = AsyncStream<[UInt8]>.makeStream()
        let goOn = Signal()
        let client = HTTPClient()
        try await withServer { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write([1])
                    await goOn.wait()
                    try await writer.write([2])
                }
            )
        } _: { url in
            async let head = client.send(.init("GET", url)) { _, piece in
                arrived.yield(piece.indices.map { piece[$0] })
            }
            var pieces = arrivals.makeAsyncIterator()
            #expect(await pieces.next() == [1])
            goOn.fire()
            #expect(await pieces.next() == [2])
            let status = try await head.status
            #expect(status == 200)
        }
    }

    @Test func `a writer ahead of its client waits, and nothing is lost`() async throws {
        let piece = [UInt8](repeating: 7, count: 100_000)
        let client = HTTPClient()
        let response = try await withServer { _ in
            HTTPResponse(body: .stream { for _ in 0..<50 { try await $0.write(piece) } })
        } _: { url in
            try await client.send(.init("GET", url))
        }
        #expect(response.body.count == 5_000_000)
    }

    @Test func `a client that leaves cancels the stream's handler`() async throws {
        let (cancelled, arrived) = (Signal(), Signal())
        let client = HTTPClient()
        try await withServer { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write([1])
                    await Signal().wait()  // only cancellation ends this
                    if Task.isCancelled { cancelled.fire() }
                }
            )
        } _: { url in
            let request = Task {
                try await client.send(.init("GET", url, deadline: nil)) { _, _ in arrived.fire() }
            }
            await arrived.wait()
            request.cancel()
            await #expect(throws: HTTPError.cancelled) { try await request.value }
            await cancelled.wait()
        }
    }

    @Test func `a client that leaves cancels a handler that has not answered`() async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let client = HTTPClient()
        try await withServer { _ in
            begun.fire()
            await Signal().wait()
            if Task.isCancelled { cancelled.fire() }
            return HTTPResponse()
        } _: { url in
            let request = Task { try await client.send(.init("GET", url)) }
            await begun.wait()
            request.cancel()
            await cancelled.wait()
        }
    }

    @Test func `a stopping server cancels its handlers and waits for them`() async throws {
        let ended = Mutex(false)
        let begun = Signal()
        let server = try HTTPServer.listen(HTTPServer.Config()) { _ in
            begun.fire()
            await Signal().wait()
            ended.withLock { $0 = true }
            return HTTPResponse()
        }
        let running = Task { try await server.run() }
        let client = HTTPClient()
        let request = Task {
            try await client.send(.init("GET", "http://127.0.0.1:\(server.port)"))
        }
        await begun.wait()
        running.cancel()
        try await running.value
        #expect(ended.withLock { $0 })
        await #expect(throws: HTTPError.self) { try await request.value }
    }

    @Test func `a body over the limit is answered with 413`() async throws {
        var config = HTTPServer.Config()
        config.bodyBytesMax = 1000
        let client = HTTPClient()
        let statuses = try await withServer(config) { _ in
            HTTPResponse()
        } _: { url in
            var statuses: [Int] = []
            for count in [1000, 1001, 500_000] {
                let body = [UInt8](repeating: 1, count: count)
                statuses.append(try await client.send(.init("POST", url, body: body)).status)
            }
            return statuses
        }
        #expect(statuses == [200, 413, 413])
    }

    @Test func `a stream that fails is cut, not ended`() async throws {
        struct Failure: Error {}
        let client = HTTPClient()
        try await withServer { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write([1])
                    throw Failure()
                }
            )
        } _: { url in
            await #expect(throws: HTTPError.self) { try await client.send(.init("GET", url)) }
        }
    }

    @Test func `a port in use is an error`() throws {
        let server = try HTTPServer.listen(HTTPServer.Config()) { _ in HTTPResponse() }
        let config = HTTPServer.Config(port: UInt16(server.port))
        #expect(throws: HTTPError.self) {
            try HTTPServer.listen(config) { _ in HTTPResponse() }
        }
    }
}

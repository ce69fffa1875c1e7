import HTTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTPClientTests {
    @Test func `a deadline that passes is an error`() async throws {
        let client = HTTPClient()
        try await withServer { _ in
            await Signal().wait()
            return HTTPResponse()
        } _: { url in
            let request = HTTPClient.Request("GET", url, deadline: .milliseconds(20))
            await #expect(throws: HTTPError.deadlineExceeded) { try await client.send(request) }
        }
    }

    @Test func `a body over the client's limit is an error`() async throws {
        let client = HTTPClient()
        try await withServer { _ in
            HTTPResponse(text: "four")
        } _: { url in
            var request = HTTPClient.Request("GET", url)
            request.bodyBytesMax = 3
            await #expect(throws: HTTPError.bodyTooLarge(bytesMax: 3)) {
                try await client.send(request)
            }
        }
    }

    @Test func `requests that cannot be sent say why`() async throws {
        let client = HTTPClient()
        await #expect(throws: HTTPError.malformedRequest(reason: "the URL is not one: ")) {
            try await client.send(.init("GET", ""))
        }
        await #expect(throws: HTTPError.self) { try await client.send(.init("GET", "file:///")) }
        await #expect(throws: HTTPError.malformedRequest(reason: "a line break in header a")) {
            try await client.send(.init("GET", "http://127.0.0.1:1", headers: ["a": "b\r\nc: d"]))
        }
        let server = try HTTPServer.listen(HTTPServer.Config()) { _ in HTTPResponse() }
        let closedPort = server.port
        _ = consume server
        await #expect(throws: HTTPError.self) {
            try await client.send(.init("GET", "http://127.0.0.1:\(closedPort)"))
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let client = HTTPClient()
        let request = Task {
            await Signal().wait()  // returns on cancellation
            return try await client.send(.init("GET", "http://127.0.0.1:1"))
        }
        request.cancel()
        await #expect(throws: HTTPError.cancelled) { try await request.value }
    }

    @Test func `a proxy is asked for every host but those that it is not for`() async throws {
        try await withServer { request in
            HTTPResponse(text: request.headers["host"] ?? "")
        } _: { url in
            var config = HTTPClient.Config()
            config.proxyURL = url
            config.noProxyHosts = "127.0.0.1,other.invalid"
            let client = HTTPClient(config)
            let proxied = try await client.send(.init("GET", "http://model.invalid/file"))
            #expect(String(decoding: proxied.body, as: UTF8.self) == "model.invalid")
            let direct = try await client.send(.init("GET", url))
            #expect("http://" + String(decoding: direct.body, as: UTF8.self) == url)
            await #expect(throws: HTTPError.self) {
                try await client.send(.init("GET", "http://other.invalid/file"))
            }
        }
    }

    @Test func `a connection is used again`() async throws {
        var config = HTTPServer.Config()
        config.connectionsMax = 1  // a second connection would wait for ever
        let client = HTTPClient()
        try await withServer(config) {
            HTTPResponse(body: .bytes($0.body))
        } _: { url in
            for count in [0, 1, 100_000] {
                let body = [UInt8](repeating: 1, count: count)
                let response = try await client.send(.init("POST", url, body: body))
                #expect(response.body == body)
            }
        }
    }

    @Test func `hundreds of streams are under way at once`() async throws {
        let count = 400
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        let client = HTTPClient()
        try await withServer { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write([1])
                    await gate.wait()
                    try await writer.write([2])
                }
            )
        } _: { url in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try await client.send(.init("GET", url)) { _, piece in
                            if piece[0] == 1 { arrived.yield() }
                        }.status
                    }
                }
                var begun = arrivals.makeAsyncIterator()
                for _ in 0..<count { await begun.next() }
                await gate.open()
                for try await status in group { #expect(status == 200) }
            }
        }
    }
}

/// Holds everybody back until it opens.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}

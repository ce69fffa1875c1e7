import Bytes
import GRPC
import Synchronization
import Testing

/// Echoes every message of a stream.
private let echo: GRPCServer.Handler = { call in
    while let message = await call.receive() {
        do { try await call.send(message.echo()) } catch { return GRPCStatus(.cancelled) }
    }
    return .ok
}

extension ReceivedMessage {
    /// Its bytes, all of them copied.
    fileprivate var bytes: [UInt8] {
        var reader = reader
        return (try? reader.readArray(count)) ?? []
    }

    fileprivate func echo() -> OutgoingMessage { OutgoingMessage(bytes.span) }
}

@Suite struct GRPCServerTests {
    /// Runs `body` against a server, then stops the server and waits for its end.
    private func withServer(
        drainTimeout: Duration = .seconds(5),
        change: (inout GRPCServerConfig) -> Void = { _ in },
        handler: @escaping GRPCServer.Handler = echo,
        _ body: (ClientChannel) async throws -> Void
    ) async throws {
        var config = GRPCServerConfig(address: "127.0.0.1:0")
        change(&config)
        let server = try GRPCServer.open(config)
        let running = Task { await server.run(drainTimeout: drainTimeout, handler) }
        defer { running.cancel() }
        try await body(ClientChannel(to: "127.0.0.1:\(server.port)"))
        running.cancel()
        await running.value
    }

    @Test func `messages of any size come back unchanged, in order`() async throws {
        try await withServer { channel in
            let status = await channel.withCall("/test/Echo") { call in
                for size in [0, 1, 100, 62_000, 1_000_000] {
                    let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                    try? await call.send(OutgoingMessage(sent.span))
                    #expect(await call.receive()?.bytes == sent)
                }
                try? await call.halfClose()
                #expect(await call.receive() == nil)
                return await call.status()
            }
            #expect(status == .ok)
        }
    }

    @Test func `shared bytes are sent without their neighbours`() async throws {
        try await withServer { channel in
            let received = await channel.withCall("/test/Echo") { call -> [UInt8]? in
                var body = GrowingBytes()
                body.append([9, 1, 2, 3, 9].span)
                let prefix: [UInt8] = [0]
                let message = OutgoingMessage(prefix.span, then: body.take(), in: 1..<4)
                try? await call.send(message)
                return await call.receive()?.bytes
            }
            #expect(received == [0, 1, 2, 3])
        }
    }

    @Test func `many streams are served at once`() async throws {
        try await withServer { channel in
            let sums = await withTaskGroup(of: Int.self) { group in
                for stream in 0..<64 {
                    group.addTask {
                        await channel.withCall("/test/Echo") { call in
                            var echoed = 0
                            for _ in 0..<10 {
                                let sent = [UInt8](repeating: UInt8(stream), count: 1000)
                                try? await call.send(OutgoingMessage(sent.span))
                                if await call.receive()?.bytes == sent { echoed += 1 }
                            }
                            return echoed
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sums == [Int](repeating: 10, count: 64))
        }
    }

    @Test func `the handler's status and message reach the client`() async throws {
        let refuse: GRPCServer.Handler = { GRPCStatus(.unimplemented, "no \($0.method)") }
        try await withServer(handler: refuse) { channel in
            let status = await channel.withCall("/test/Refuse") { await $0.status() }
            #expect(status == GRPCStatus(.unimplemented, "no /test/Refuse"))
        }
    }

    @Test func `a message over the limit ends its stream and no other`() async throws {
        try await withServer(change: { $0.messageBytesMax = 1000 }) { channel in
            let status = await channel.withCall("/test/Echo") { call in
                let large = [UInt8](repeating: 1, count: 2000)
                try? await call.send(OutgoingMessage(large.span))
                return await call.status()
            }
            #expect(status.code == .resourceExhausted)
            let small = [UInt8](repeating: 1, count: 900)
            let echoed = await channel.withCall("/test/Echo") { call -> [UInt8]? in
                try? await call.send(OutgoingMessage(small.span))
                return await call.receive()?.bytes
            }
            #expect(echoed == small)
        }
    }

    @Test func `a stream that is there when the server stops may finish`() async throws {
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task { await server.run(drainTimeout: .seconds(60), echo) }
        let channel = ClientChannel(to: "127.0.0.1:\(server.port)")
        let status = await channel.withCall("/test/Echo") { call in
            let text = Array("still here".utf8)
            try? await call.send(OutgoingMessage(text.span))
            #expect(await call.receive()?.bytes == text)
            running.cancel()
            try? await call.send(OutgoingMessage(text.span))
            #expect(await call.receive()?.bytes == text)
            try? await call.halfClose()
            return await call.status()
        }
        #expect(status == .ok)
        await running.value
    }

    @Test func `a stream that does not finish is cancelled at the deadline`() async throws {
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task { await server.run(drainTimeout: .milliseconds(1), echo) }
        let channel = ClientChannel(to: "127.0.0.1:\(server.port)")
        let status = await channel.withCall("/test/Echo") { call in
            try? await call.send(OutgoingMessage([1].span))
            #expect(await call.receive()?.bytes == [1])
            running.cancel()
            return await call.status()
        }
        #expect(status != .ok)
        await running.value
    }

    /// Envoy resets streams as soon as the response has ended, and leaves when it is told to go.
    /// C-core then has no connection any more and reports the server's shutdown as complete.
    @Test func `a task that notices late that its client left ends before the server does`()
        async throws
    {
        let tasksEnded = Atomic(0)
        let notice: GRPCServer.Handler = { call in
            while let message = await call.receive() { try? await call.send(message.echo()) }
            // Longer than the shutdown takes. In a task of its own: this one is cancelled.
            await Task { try? await Task.sleep(for: .milliseconds(200)) }.value
            tasksEnded.add(1, ordering: .relaxed)
            return .ok
        }
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task { await server.run(drainTimeout: .seconds(60), notice) }
        do {
            let channel = ClientChannel(to: "127.0.0.1:\(server.port)")
            await channel.withCall("/test/Notice") { call in
                try? await call.send(OutgoingMessage([1].span))
                #expect(await call.receive()?.bytes == [1])
                running.cancel()
                call.cancel()
            }
        }
        await running.value
        #expect(tasksEnded.load(ordering: .relaxed) == 1)
    }

    @Test func `a task that worked on another thread returns to its stream`() async throws {
        let handler: GRPCServer.Handler = { call in
            _ = await call.receive()
            let answer = await Task.detached { [UInt8](repeating: 7, count: 3) }.value
            try? await call.send(OutgoingMessage(answer.span))
            return .ok
        }
        try await withServer(handler: handler) { channel in
            let (received, status) = await channel.withCall("/test/Away") { call in
                try? await call.send(OutgoingMessage([1].span))
                return (await call.receive()?.bytes, await call.status())
            }
            #expect(received == [7, 7, 7])
            #expect(status == .ok)
        }
    }

    @Test func `a taken or malformed address is an error, and a server that never runs is no leak`()
        throws
    {
        let first = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let taken = "127.0.0.1:\(first.port)"
        #expect(throws: GRPCError.cannotListen(address: taken)) {
            try GRPCServer.open(GRPCServerConfig(address: taken))
        }
        #expect(throws: GRPCError.cannotListen(address: "nowhere")) {
            try GRPCServer.open(GRPCServerConfig(address: "nowhere"))
        }
    }

    @Test func `a broken certificate is an error, not a plain-text server`() {
        var config = GRPCServerConfig(address: "127.0.0.1:0")
        config.identity = TLSIdentity(certificateChain: "no PEM", privateKey: "no PEM")
        #expect(throws: GRPCError.self) { try GRPCServer.open(config) }
    }
}

import GRPC
import Synchronization
import Testing
import Randomness

@Suite struct CancellationTests {
    /// Where in a stream's life the client gives up.
    private enum CancelPoint: Int, CaseIterable {
        case atOnce, afterSend, afterReceive, afterHalfClose, duringSend, duringReceive
    }

    /// What the server's handlers saw: every one that began must end.
    private final class Tally: Sendable {
        let begun = Atomic(0)
        let ended = Atomic(0)
    }

    @Test func `ten thousand streams that clients cancel anywhere leave nothing behind`()
        async throws
    {
        let tally = Tally()
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task {
            await server.run { call in
                tally.begun.wrappingAdd(1, ordering: .relaxed)
                defer { tally.ended.wrappingAdd(1, ordering: .relaxed) }
                return await CancellationTests.echoFromAnotherThread(call)
            }
        }
        let channel = ClientChannel(to: "127.0.0.1:\(server.port)")
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<50 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(worker))
                    for _ in 0..<200 {
                        await CancellationTests.cancelledStream(on: channel, &random)
                    }
                }
            }
        }
        running.cancel()
        await running.value
        #expect(tally.begun.load(ordering: .relaxed) > 5000)
        #expect(tally.begun.load(ordering: .relaxed) == tally.ended.load(ordering: .relaxed))
    }

    /// Whether its call is cancelled while the task waits for something else.
    @Test(arguments: [true, false])
    func `the task of an RPC is cancelled if its client gives up, and else not`(
        givesUp: Bool
    ) async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let (releases, released) = AsyncStream.makeStream(of: Void.self)
        let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task {
            await server.run { _ in
                arrived.yield()
                for await _ in releases { break }
                ended.yield(Task.isCancelled)
                return .ok
            }
        }
        let channel = ClientChannel(to: "127.0.0.1:\(server.port)")
        await channel.withCall("/test/Wait") { call in
            try? await call.halfClose()
            for await _ in arrivals { break }
            if givesUp { call.cancel() } else { released.yield() }
            for await isCancelled in ends {
                #expect(isCancelled == givesUp)
                break
            }
        }
        running.cancel()
        await running.value
    }

    /// Answers each message after a stay on another thread, as a request that is tokenized does.
    private static func echoFromAnotherThread(_ call: ServerCall) async -> GRPCStatus {
        while let message = await call.receive() {
            var reader = message.reader
            guard let bytes = try? reader.readArray(message.count) else {
                return GRPCStatus(.unknown)
            }
            let answer = await Task.detached { bytes }.value
            do {
                try await call.send(OutgoingMessage(answer.span), moreFollows: true)
                try await call.send(OutgoingMessage(answer.span))
            } catch {
                return GRPCStatus(.cancelled)
            }
        }
        return .ok
    }

    private static func cancelledStream(
        on channel: ClientChannel,
        _ random: inout SplitMix64
    ) async {
        let point = CancelPoint.allCases[Int(random.next() % 6)]
        let size = Int(random.next() % 20_000)
        await channel.withCall("/test/Cancelled") { call in
            let bytes = [UInt8](repeating: 5, count: size)
            if point == .atOnce { return call.cancel() }
            async let cancelled: Void = { if point == .duringSend { call.cancel() } }()
            try? await call.send(OutgoingMessage(bytes.span))
            await cancelled
            if point == .afterSend { return call.cancel() }
            if point == .duringReceive {
                async let cancelled: Void = call.cancel()
                _ = await call.receive()
                return await cancelled
            }
            _ = await call.receive()
            if point == .afterReceive { return call.cancel() }
            try? await call.halfClose()
        }
    }
}

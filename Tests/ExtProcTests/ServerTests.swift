import Bytes
import ExtProcTestSupport
import GRPC
import Routing
import Synchronization
import Testing

@testable import ExtProc

/// The services over real gRPC.
@Suite struct ServerTests {
    private static let process = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"
    private static let check = "/grpc.health.v1.Health/Check"

    private func withServer<R: Sendable>(
        _ handler: @escaping GRPCServer.Handler,
        _ body: (ClientChannel) async throws -> R
    ) async throws -> R {
        let server = try GRPCServer.open(GRPCServerConfig(address: "127.0.0.1:0"))
        let running = Task { await server.run(drainTimeout: .seconds(5), handler) }
        defer { running.cancel() }
        let result = try await body(ClientChannel(to: "127.0.0.1:\(server.port)"))
        running.cancel()
        await running.value
        return result
    }

    /// Sends the messages, then hears replies until the end.
    private func exchange(
        _ messages: [[UInt8]],
        method: String,
        with handler: @escaping GRPCServer.Handler
    ) async throws -> (replies: [[UInt8]], status: GRPCStatus) {
        try await withServer(handler) { channel in
            await channel.withCall(method) { call in
                for message in messages { try? await call.send(OutgoingMessage(message.span)) }
                try? await call.halfClose()
                var replies: [[UInt8]] = []
                while let reply = await call.receive() {
                    var reader = reply.reader
                    replies.append((try? reader.readArray(reply.count)) ?? [])
                }
                return (replies, await call.status())
            }
        }
    }

    @Test func `a request is routed, and its endpoint is free again once the stream is over`()
        async throws
    {
        let router = FixedRouter()
        let server = ExtProcServer(router: router, log: .none)
        let (replies, status) = try await exchange(
            [
                EnvoyMessage.headers(.requestHeaders, [("x-request-id", "id")]),
                EnvoyMessage.body(.requestBody, [1, 2, 3], endOfStream: true),
            ],
            method: Self.process,
            with: { await server.serve($0) }
        )
        #expect(status == .ok)
        #expect(replies.count == 2)
        #expect(router.asked.map(\.body.array) == [[1, 2, 3]])
        #expect(router.inFlightCount == 0)
    }

    @Test(
        arguments: [
            ([[0xFF]], .invalidArgument, "a message is not a well-formed ProcessingRequest"),
            ([[]], .invalidArgument, "a message is not a well-formed ProcessingRequest"),
            (
                [EnvoyMessage.trailers(.requestTrailers)], .invalidArgument,
                "request trailers came without headers"
            ),
            ([], .ok, ""),
        ] as [([[UInt8]], GRPCStatus.Code, String)]
    )
    func `a stream that breaks the protocol ends with a status, and only that stream`(
        messages: [[UInt8]],
        code: GRPCStatus.Code,
        reason: String
    ) async throws {
        let server = ExtProcServer(router: FixedRouter(), log: .none)
        let (replies, status) = try await exchange(messages, method: Self.process) {
            await server.serve($0)
        }
        #expect(replies.isEmpty)
        #expect(status == GRPCStatus(code, reason))
    }

    @Test(arguments: [process + "x", check, "/"])
    func `other methods are not implemented`(_ method: String) async throws {
        let server = ExtProcServer(router: FixedRouter(), log: .none)
        let (_, status) = try await exchange([], method: method) { await server.serve($0) }
        #expect(status.code == .unimplemented)
    }

    @Test func `streams that gateways cancel leave no request in flight`() async throws {
        let router = FixedRouter()
        let server = ExtProcServer(router: router, log: .none)
        try await withServer({ await server.serve($0) }) { channel in
            await withTaskGroup { group in
                for stream in 0..<200 {
                    group.addTask { await Self.cancelledStream(stream, on: channel) }
                }
            }
        }
        #expect(router.inFlightCount == 0)
    }

    private static func cancelledStream(_ number: Int, on channel: ClientChannel) async {
        let messages = [
            EnvoyMessage.headers(.requestHeaders),
            EnvoyMessage.body(.requestBody, [UInt8](repeating: 1, count: 70_000)),
            EnvoyMessage.body(.requestBody, [1], endOfStream: true),
        ]
        await channel.withCall(process) { call in
            for message in messages.prefix(number % 4) {
                try? await call.send(OutgoingMessage(message.span))
            }
            if number % 4 == 3, number % 8 < 4 { _ = await call.receive() }
            call.cancel()
        }
    }

    @Test func `a request whose client gives up stops waiting at once`() async throws {
        let router = WaitingRouter()
        let server = ExtProcServer(router: router, log: .none)
        // Ends only when every stream has ended: nothing is left behind.
        try await withServer({ await server.serve($0) }) { channel in
            await channel.withCall(Self.process) { call in
                let message = EnvoyMessage.headers(.requestHeaders, endOfStream: true)
                try? await call.send(OutgoingMessage(message.span))
                for await _ in router.arrivals { break }
                call.cancel()
                for await _ in router.departures { break }
            }
        }
    }

    private static let serving: [UInt8] = [8, 1]
    private static let notServing: [UInt8] = [8, 2]
    private static let serviceUnknown: [UInt8] = [8, 3]

    @Test(arguments: [
        ("", serving, notServing), ("readiness", serving, notServing),
        ("envoy.service.ext_proc.v3.ExternalProcessor", serving, notServing),
        ("liveness", serving, serving), ("other", serviceUnknown, serviceUnknown),
    ])
    func `health is live at once, and ready when requests can be routed`(
        service: String,
        whenReady: [UInt8],
        whenNot: [UInt8]
    ) async throws {
        for (isReady, expected) in [(true, whenReady), (false, whenNot)] {
            let health = HealthService { isReady }
            let (replies, status) = try await exchange(
                [ProtobufWriter { $0.text(1, service) }.bytes],
                method: Self.check,
                with: { await health.serve($0) }
            )
            #expect(replies == [expected])
            #expect(status == .ok)
        }
    }

    @Test(
        arguments: [
            (check, [0xFF], .invalidArgument),
            (
                check, ProtobufWriter { $0.text(1, String(repeating: "x", count: 257)) }.bytes,
                .invalidArgument
            ),
            ("/grpc.health.v1.Health/Watch", [], .unimplemented),
        ] as [(String, [UInt8], GRPCStatus.Code)]
    )
    func `health answers a check and nothing else`(
        method: String,
        message: [UInt8],
        code: GRPCStatus.Code
    ) async throws {
        let health = HealthService { true }
        let (replies, status) = try await exchange([message], method: method) {
            await health.serve($0)
        }
        #expect(replies.isEmpty)
        #expect(status.code == code)
    }
}

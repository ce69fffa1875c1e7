import Testing
import ZMQ

@Suite(.timeLimit(.minutes(1))) struct ReplaySocketTests {
    private let patience = 20_000
    private let topic = Array("kv@a@m".utf8)

    private func bytes(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

    @Test(arguments: [ReplayServerSocket.Shape.withTopic, .withoutTopic])
    func `batches come in order, with an end mark behind them`(shape: ReplayServerSocket.Shape)
        throws
    {
        let context = try ZMQContext()
        var server = try ReplayServerSocket.open("tcp://127.0.0.1:0", shape: shape, in: context)
        var asker = try ReplaySocket.open(try server.address(), in: context)
        try asker.request(from: 0x0102_0304_0506_0708)
        #expect(try server.receive(timeoutMilliseconds: patience) == 0x0102_0304_0506_0708)
        let payload: [UInt8] = [1, 2, 3]
        for number in 5..<8 as Range<UInt64> {
            try server.send(topic: topic.span, number: number, payload: payload.span)
        }
        try server.end()
        for number in 5..<8 as Range<UInt64> {
            #expect(try asker.receive(timeoutMilliseconds: patience) == .batch)
            #expect(asker.number == number)
            #expect(bytes(asker.payload) == payload)
            #expect(asker.hasTopic == (shape == .withTopic))
            #expect(bytes(asker.topic) == (shape == .withTopic ? topic : []))
        }
        #expect(try asker.receive(timeoutMilliseconds: patience) == .end)
        #expect(try asker.receive() == nil)
    }

    @Test func `each asker has its own answer`() throws {
        let context = try ZMQContext()
        var server = try ReplayServerSocket.open("tcp://127.0.0.1:0", in: context)
        var first = try ReplaySocket.open(try server.address(), in: context)
        var second = try ReplaySocket.open(try server.address(), in: context)
        try first.request(from: 1)
        try answer(&server)
        try second.request(from: 2)
        try answer(&server)
        #expect(try second.receive(timeoutMilliseconds: patience) == .batch)
        #expect(second.number == 2)
        #expect(try first.receive(timeoutMilliseconds: patience) == .batch)
        #expect(first.number == 1)
    }

    private func answer(_ server: inout ReplayServerSocket) throws {
        let number = try #require(try server.receive(timeoutMilliseconds: patience))
        try server.send(topic: topic.span, number: number, payload: topic.span)
    }

    @Test func `answers that are none are told apart, and the next one is read`() throws {
        let context = try ZMQContext()
        var server = try ReplayServerSocket.open("tcp://127.0.0.1:0", in: context)
        var asker = try ReplaySocket.open(try server.address(), in: context)
        try asker.request(from: 0)
        #expect(try server.receive(timeoutMilliseconds: patience) == 0)
        let number = [UInt8](repeating: 0, count: 8)
        let answers: [([[UInt8]], ReplaySocket.Received)] = [
            ([[]], .malformed), ([[], number], .malformed), ([[1], number, [1]], .malformed),
            ([[], [0], [1]], .malformed), ([[], [], number, [1], [1]], .malformed),
            ([[], number, [1]], .batch), ([[], [], number, [1]], .batch),
            ([[], number, []], .end), ([[], [], number, []], .end),
        ]
        for (parts, _) in answers { try server.send(parts: parts) }
        for (_, received) in answers {
            #expect(try asker.receive(timeoutMilliseconds: patience) == received)
        }
    }

    @Test func `requests that are none are ignored`() throws {
        let context = try ZMQContext()
        var server = try ReplayServerSocket.open("tcp://127.0.0.1:0", in: context)
        var asker = try ReplaySocket.open(try server.address(), in: context)
        try asker.send(parts: [[1]])
        try asker.send(parts: [[], [1, 2]])
        try asker.request(from: 5)
        #expect(try server.receive(timeoutMilliseconds: patience) == 5)
        #expect(try server.receive() == nil)
    }
}

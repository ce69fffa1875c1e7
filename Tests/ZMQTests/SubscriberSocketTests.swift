import Testing
import ZMQ

/// Every test publishes on a port that the system chooses, and awaits the subscription itself.
@Suite(.timeLimit(.minutes(1))) struct SubscriberSocketTests {
    private let patience = 20_000
    private let nothing: [UInt8] = []

    private func bytes(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

    @Test func `a message arrives with its topic, number and payload`() throws {
        let context = try ZMQContext()
        var publisher = try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
        var subscriber = try SubscriberSocket.open(try publisher.address(), in: context)
        #expect(try publisher.awaitSubscriber(timeoutMilliseconds: patience))
        let payload = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        try publisher.send(
            topic: Array("kv@a@m".utf8).span,
            number: 0x0102_0304_0506_0708,
            payload: payload.span
        )
        #expect(try subscriber.receive(timeoutMilliseconds: patience) == .message)
        #expect(bytes(subscriber.topic) == Array("kv@a@m".utf8))
        #expect(subscriber.number == 0x0102_0304_0506_0708)
        #expect(bytes(subscriber.payload) == payload)
    }

    @Test func `only topics with the prefix arrive`() throws {
        let context = try ZMQContext()
        var publisher = try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
        var options = SubscriberOptions()
        options.topicPrefix = "kv@"
        var subscriber = try SubscriberSocket.open(
            try publisher.address(),
            options: options,
            in: context
        )
        #expect(try publisher.awaitSubscriber(timeoutMilliseconds: patience))
        for (number, topic) in ["", "other", "kv@x"].enumerated() {
            try publisher.send(
                topic: Array(topic.utf8).span,
                number: UInt64(number),
                payload: nothing.span
            )
        }
        #expect(try subscriber.receive(timeoutMilliseconds: patience) == .message)
        #expect(subscriber.number == 2)
        #expect(bytes(subscriber.payload).isEmpty)
    }

    @Test func `a message of other than three parts is told apart, and the next one is read`()
        throws
    {
        let context = try ZMQContext()
        var publisher = try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
        var subscriber = try SubscriberSocket.open(try publisher.address(), in: context)
        #expect(try publisher.awaitSubscriber(timeoutMilliseconds: patience))
        for count in 1...5 {
            try publisher.send(parts: (0..<count).map { [UInt8($0)] })
        }
        for count in 1...5 {
            let received = try subscriber.receive(timeoutMilliseconds: patience)
            #expect(received == (count == 3 ? .message : .malformed))
            if count == 3 { #expect(subscriber.number == nil) }  // not eight bytes
        }
    }

    @Test func `waiting ends when the time is over`() throws {
        let context = try ZMQContext()
        var subscriber = try SubscriberSocket.open("tcp://127.0.0.1:9", in: context)
        #expect(try subscriber.receive(timeoutMilliseconds: 1) == nil)
        #expect(try subscriber.receive() == nil)
    }

    @Test func `publishers that connect to a subscriber all reach it`() throws {
        let context = try ZMQContext()
        var subscriber = try SubscriberSocket.listen(at: "tcp://127.0.0.1:0", in: context)
        let address = try subscriber.address()
        for number in 0..<3 as Range<UInt64> {
            var publisher = try PublisherSocket.connect(to: address, in: context)
            try #require(try awaitSubscription(to: &publisher, by: &subscriber))
            try publisher.send(topic: nothing.span, number: number, payload: nothing.span)
            #expect(try subscriber.receive(timeoutMilliseconds: patience) == .message)
            #expect(subscriber.number == number)
        }
        #expect(try subscriber.connectionChange() == nil)
    }

    @Test func `a subscriber finds a publisher that comes back at the same address`() throws {
        let context = try ZMQContext()
        var options = SubscriberOptions()
        options.reconnectMilliseconds = 1
        options.reconnectMillisecondsMax = 20
        let former = PublisherBox(try PublisherSocket.open("tcp://127.0.0.1:0", in: context))
        let address = try #require(try former.socket?.address())
        var subscriber = try SubscriberSocket.open(address, options: options, in: context)
        #expect(try former.socket?.awaitSubscriber(timeoutMilliseconds: patience) == true)
        former.socket = nil
        var latter = try reopen(address, in: context)
        #expect(try awaitSubscription(to: &latter, by: &subscriber))
        try latter.send(topic: nothing.span, number: 7, payload: nothing.span)
        #expect(try subscriber.receive(timeoutMilliseconds: patience) == .message)
        #expect(subscriber.number == 7)
    }

    @Test func `messages up to the bound arrive, and beyond it the connection is given up`() throws
    {
        let context = try ZMQContext()
        var options = SubscriberOptions()
        options.messageBytesMax = 1000
        var publisher = try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
        var subscriber = try SubscriberSocket.open(
            try publisher.address(),
            options: options,
            in: context
        )
        #expect(try publisher.awaitSubscriber(timeoutMilliseconds: patience))
        let large = [UInt8](repeating: 0, count: 1001)
        try publisher.send(
            topic: nothing.span,
            number: 1,
            payload: large.span.extracting(first: 1000)
        )
        try publisher.send(topic: nothing.span, number: 2, payload: large.span)
        #expect(try subscriber.receive(timeoutMilliseconds: patience) == .message)
        #expect(subscriber.number == 1)
        #expect(try awaitEnd(of: &subscriber))
        #expect(try subscriber.receive() == nil)
    }

    /// A leaked socket would make the context's end wait for ever, and the time limit expire.
    @Test func `a bad address throws and leaks no socket`() throws {
        let context = try ZMQContext()
        #expect {
            _ = try SubscriberSocket.open("nonsense", in: context).number
        } throws: {
            ($0 as? ZMQError)?.call == "connect"
        }
        #expect {
            _ = try PublisherSocket.open("nonsense", in: context).address()
        } throws: {
            ($0 as? ZMQError)?.call == "bind"
        }
    }

    /// Waits until the connection has ended. Changes come in order, and nothing follows this one.
    private func awaitEnd(of subscriber: inout SubscriberSocket) throws(ZMQError) -> Bool {
        var poller = try SocketPoller.open()
        guard let descriptor = subscriber.connectionDescriptor else { return false }
        try poller.add(descriptor, token: 1)
        while true {
            switch try subscriber.connectionChange() {
            case .ended: return true
            case .established, .retried: continue
            case nil: break
            }
            var ready: [UInt64] = []
            try poller.wait(timeoutMilliseconds: Int32(patience), into: &ready)
            if ready.isEmpty { return false }
        }
    }

    /// The old socket's port may take a moment to be free: libzmq closes it on its own thread.
    private func reopen(
        _ address: String,
        in context: ZMQContext
    ) throws(ZMQError) -> PublisherSocket {
        while true {
            do throws(ZMQError) {
                return try PublisherSocket.open(address, in: context)
            } catch {
                guard error.errno == 98 else { throw error }  // EADDRINUSE
            }
        }
    }

    /// Waits until the subscriber has subscribed. It does so while it receives.
    private func awaitSubscription(
        to publisher: inout PublisherSocket,
        by subscriber: inout SubscriberSocket
    ) throws(ZMQError) -> Bool {
        for _ in 0..<patience / 10 {
            _ = try subscriber.receive(timeoutMilliseconds: 5)
            if try publisher.awaitSubscriber(timeoutMilliseconds: 5) { return true }
        }
        return false
    }
}

/// A publisher that can be closed in the middle of a test.
private final class PublisherBox {
    var socket: PublisherSocket?
    init(_ socket: consuming PublisherSocket) { self.socket = consume socket }
}

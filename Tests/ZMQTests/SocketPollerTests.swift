import Testing
import Threads
import ZMQ

@Suite(.timeLimit(.minutes(1))) struct SocketPollerTests {
    private func wait(_ poller: inout SocketPoller, _ milliseconds: Int32) throws -> [UInt64] {
        var ready: [UInt64] = []
        try poller.wait(timeoutMilliseconds: milliseconds, into: &ready)
        return ready.sorted()
    }

    @Test func `a bell wakes until it is silenced`() throws {
        var poller = try SocketPoller.open()
        let bell = try Doorbell()
        try poller.add(bell.descriptor, token: 7)
        #expect(try wait(&poller, 0).isEmpty)
        bell.ring()
        bell.ring()
        #expect(try wait(&poller, -1) == [7])
        #expect(try wait(&poller, -1) == [7])
        bell.silence()
        #expect(try wait(&poller, 0).isEmpty)
    }

    @Test func `a bell rung on another thread ends a wait without a limit`() throws {
        var poller = try SocketPoller.open()
        let bell = try Doorbell()
        try poller.add(bell.descriptor, token: 7)
        let thread = try OSThread(named: "test") { bell.ring() }
        #expect(try wait(&poller, -1) == [7])
        thread.join()
    }

    @Test func `a removed descriptor wakes nobody`() throws {
        var poller = try SocketPoller.open()
        let (first, second) = (try Doorbell(), try Doorbell())
        try poller.add(first.descriptor, token: 1)
        try poller.add(second.descriptor, token: 2)
        first.ring()
        second.ring()
        #expect(try wait(&poller, -1) == [1, 2])
        try poller.remove(first.descriptor)
        #expect(try wait(&poller, -1) == [2])
        #expect(throws: ZMQError.self) { try poller.remove(first.descriptor) }
    }

    /// What has been told once is not told again: the socket has to be emptied.
    @Test func `of several sockets, the one with messages is told`() throws {
        let context = try ZMQContext()
        var poller = try SocketPoller.open()
        var publisher = try PublisherSocket.open("tcp://127.0.0.1:0", in: context)
        var subscriber = try SubscriberSocket.open(try publisher.address(), in: context)
        var silent = try SubscriberSocket.open("tcp://127.0.0.1:9", in: context)
        try poller.add(subscriber.descriptor, token: 1)
        try poller.add(silent.descriptor, token: 2)
        #expect(try publisher.awaitSubscriber(timeoutMilliseconds: 20_000))
        let nothing: [UInt8] = []
        for number in 0..<100 as Range<UInt64> {
            try publisher.send(topic: nothing.span, number: number, payload: nothing.span)
        }
        var count = 0
        while count < 100 {
            let ready = try wait(&poller, 20_000)
            try #require(!ready.isEmpty)
            if ready.contains(1) { while try subscriber.receive() != nil { count += 1 } }
            if ready.contains(2) { #expect(try silent.receive() == nil) }
        }
        try poller.remove(subscriber.descriptor)
        try poller.remove(silent.descriptor)
    }
}

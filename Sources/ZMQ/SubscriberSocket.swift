internal import CZMQ

/// SUB: the live event stream of one publisher, or of all that connect to it, in messages of
/// three parts: topic, number, payload. Reconnects by itself. Belongs to the thread that opened
/// it.
///
/// The parts of the last message are read in place; they last until the next `receive`.
@safe package struct SubscriberSocket: ~Copyable {
    package enum Received: Equatable, Sendable {
        /// `topic`, `number` and `payload` have changed.
        case message
        /// A message with another number of parts, which was discarded.
        case malformed
    }

    private static let partCount = 3

    private let socket: SocketHandle
    /// Of a socket that connects: one that listens does not care for single peers.
    private var connection: ConnectionMonitor?
    private var parts = MessageParts(countMax: SubscriberSocket.partCount)

    /// Readable when a message may have arrived: see `SocketPoller`.
    package let descriptor: Int32
    /// Readable when the connection may have changed. Nil if the socket listens.
    package let connectionDescriptor: Int32?

    /// Connects to `address`. The peer need not be there yet.
    package static func open(
        _ address: String,
        options: SubscriberOptions = SubscriberOptions(),
        in context: ZMQContext
    ) throws(ZMQError) -> SubscriberSocket {
        let socket = try opened(options, in: context)
        let connection = try ConnectionMonitor.open(watching: socket, in: context)
        try socket.connect(to: address)
        let (descriptor, changes) = (try socket.descriptor(), try connection.events.descriptor())
        return SubscriberSocket(
            socket: socket,
            connection: connection,
            descriptor: descriptor,
            connectionDescriptor: changes
        )
    }

    /// Listens at `address` for publishers that connect. Port 0 or `*` takes any free port,
    /// which `address()` then tells.
    package static func listen(
        at address: String,
        options: SubscriberOptions = SubscriberOptions(),
        in context: ZMQContext
    ) throws(ZMQError) -> SubscriberSocket {
        let socket = try opened(options, in: context)
        try socket.bind(to: address)
        let descriptor = try socket.descriptor()
        return SubscriberSocket(
            socket: socket,
            connection: nil,
            descriptor: descriptor,
            connectionDescriptor: nil
        )
    }

    private init(
        socket: consuming SocketHandle,
        connection: consuming ConnectionMonitor?,
        descriptor: Int32,
        connectionDescriptor: Int32?
    ) {
        self.socket = socket
        self.connection = connection
        self.descriptor = descriptor
        self.connectionDescriptor = connectionDescriptor
    }

    private static func opened(
        _ options: SubscriberOptions,
        in context: ZMQContext
    ) throws(ZMQError) -> SocketHandle {
        let socket = try SocketHandle.open(ZMQ_SUB, options, in: context)
        let prefix = Array(options.topicPrefix.utf8)
        let subscribed = unsafe czmq_subscribe(socket.pointer, prefix, prefix.count)
        try ZMQError.check(subscribed, "subscribe")
        return socket
    }

    /// The address that publishers connect to, if the socket listens.
    package borrowing func address() throws(ZMQError) -> String { try socket.address() }

    /// Takes a message that has arrived; nil if there is none. Does not wait.
    package mutating func receive() throws(ZMQError) -> Received? {
        guard let count = try parts.receive(from: socket) else { return nil }
        return count == SubscriberSocket.partCount ? .message : .malformed
    }

    /// The size of the last message, be it malformed.
    package var byteCount: Int { parts.byteCount }

    /// Waits for the next message. Returns nil if the time is over.
    package mutating func receive(timeoutMilliseconds: Int) throws(ZMQError) -> Received? {
        while true {
            if let received = try receive() { return received }
            guard try socket.wait(timeoutMilliseconds: timeoutMilliseconds) else { return nil }
        }
    }

    /// What has become of the connection since the last call, oldest first; nil if nothing has.
    ///
    /// After `ended` without anything else for a second, libzmq has given the connection up, as
    /// it does with a peer that breaks the protocol or exceeds `messageBytesMax`. Nothing more
    /// arrives then: open another socket.
    package mutating func connectionChange() throws(ZMQError) -> ConnectionChange? {
        try connection?.next() ?? nil
    }

    package var topic: Span<UInt8> { @_lifetime(borrow self) borrowing get { parts.bytes(of: 0) } }
    package var payload: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { parts.bytes(of: 2) }
    }

    /// The message's number; nil if it is not one of 64 bits.
    package var number: UInt64? { BatchNumber.decode(parts.bytes(of: 1)) }
}

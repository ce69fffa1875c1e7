internal import CHiredis

/// One connection. Sends commands and reads replies in the same order; after any error but
/// `RedisError.server` it is of no more use.
///
/// A reply is read in place: its nodes and texts last until the next `receive`.
///
/// `@unchecked Sendable`: a hiredis context belongs to no thread, and there is one owner, so that
/// no two threads use it at once.
@safe package struct RedisConnection: ~Copyable, @unchecked Sendable {
    /// The most that one reply may have, and that unread replies may take. A hash of a block has
    /// a field for each cache that holds it, of about 100 bytes.
    package struct Limits: Equatable, Sendable {
        package var nodesMax = 1 << 20
        package var bytesMax = 1 << 24
        package var unreadBytesMax = 1 << 22
        package init() {}
    }

    private static let errorBytesMax = 200

    private let context: UnsafeMutablePointer<redisContext>
    private let tape: UnsafeMutablePointer<chiredis_tape>
    private let limits: Limits
    /// Names the run of the server, which is another after each start; nil if it does not tell.
    package private(set) var serverRun: String?

    /// Takes `context` over. Cannot throw, so from here on every failure closes it.
    private init(owning context: UnsafeMutablePointer<redisContext>, limits: Limits) {
        guard let tape = unsafe chiredis_tape_create(limits.nodesMax, limits.bytesMax) else {
            preconditionFailure("out of memory")
        }
        unsafe (self.context, self.tape) = (context, tape)
        self.limits = limits
        unsafe chiredis_adopt(context, tape)
    }

    deinit {
        unsafe redisFree(context)
        unsafe chiredis_tape_free(tape)
    }

    /// Connects, and says who we are. Resolving a host's name is not limited in time.
    package static func open(
        _ address: RedisAddress,
        until deadline: ContinuousClock.Instant,
        limits: Limits = Limits()
    ) throws(RedisError) -> RedisConnection {
        let opened: UnsafeMutablePointer<redisContext>?
        switch address.transport {
        case .tcp(let host, let port):
            unsafe opened = chiredis_connect(host, Int32(port), deadline.microsecondsLeft)
        case .unix(let path): unsafe opened = chiredis_connect_unix(path, deadline.microsecondsLeft)
        }
        guard let context = unsafe opened else { throw .connect(reason: "out of memory") }
        guard unsafe context.pointee.err == 0 else {
            let reason = unsafe withUnsafeBytes(of: context.pointee.errstr) { text in
                unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            unsafe redisFree(context)
            throw .connect(reason: reason)
        }
        var connection = unsafe RedisConnection(owning: context, limits: limits)
        try connection.introduce(address, until: deadline)
        return connection
    }

    /// AUTH and SELECT, if the address asks for them.
    private mutating func introduce(
        _ address: RedisAddress,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) {
        var commands = RedisCommands()
        if let password = address.password {
            commands.begin("AUTH", argumentCount: address.user == nil ? 1 : 2)
            if let user = address.user { commands.append(user) }
            commands.append(password.text)
        }
        if address.database != 0 {
            commands.begin("SELECT", argumentCount: 1)
            commands.append(digitsOf: UInt64(address.database))
        }
        commands.begin("PING", argumentCount: 0)
        let required = commands.count
        commands.begin("INFO", argumentCount: 1)
        commands.append("server")
        try send(commands, until: deadline)
        for _ in 0..<required {
            guard case .error(let message) = try receive(until: deadline) else { continue }
            // Some servers repeat the arguments of a command that they refuse: only the code is
            // sure to contain no password.
            let code = message.prefix { $0 != " " }
            throw .connect(reason: "the server answers \(code.isEmpty ? "an error" : code)")
        }
        guard case .text(let byteCount) = try receive(until: deadline) else { return }
        let lines = String(decoding: bytes(byteCount), as: UTF8.self)
        serverRun = lines.split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("run_id:") }.map { String($0.dropFirst(7)) }
    }

    private func bytes(_ count: Int) -> [UInt8] {
        let text = text(of: 0)
        return (0..<count).map { text[$0] }
    }

    /// Throws if the server does not answer, or answers with an error.
    package mutating func ping(until deadline: ContinuousClock.Instant) throws(RedisError) {
        var commands = RedisCommands()
        commands.begin("PING", argumentCount: 0)
        try send(commands, until: deadline)
        if case .error(let message) = try receive(until: deadline) {
            throw .connect(reason: message)
        }
    }

    /// Sends all commands, and does not wait for replies.
    package mutating func send(
        _ commands: borrowing RedisCommands,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) {
        let bytes = commands.bytes
        let result = unsafe chiredis_send(
            context,
            bytes,
            bytes.count,
            limits.unreadBytesMax,
            deadline.microsecondsLeft
        )
        try RedisError.check(result)
    }

    /// Reads the next reply and returns its first node.
    @discardableResult
    package mutating func receive(
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> RedisNode {
        let result = unsafe chiredis_read(
            context,
            tape,
            limits.unreadBytesMax,
            deadline.microsecondsLeft
        )
        try RedisError.check(result)
        guard nodeCount > 0 else { throw .malformedReply }
        return node(at: 0)
    }

    /// Nodes of the last reply.
    package var nodeCount: Int { unsafe tape.pointee.last.node_count }

    /// Whether the last reply is the one before it again, byte for byte.
    package var isRepeated: Bool { unsafe tape.pointee.is_repeated != 0 }

    package func node(at index: Int) -> RedisNode {
        precondition(index >= 0 && index < nodeCount, "no such node")
        let node = unsafe tape.pointee.last.nodes[index]
        switch Int32(truncatingIfNeeded: node.kind) {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .text(byteCount: Int(node.number))
        case REDIS_REPLY_ARRAY: return .array(count: Int(node.number))
        case REDIS_REPLY_INTEGER: return .integer(node.number)
        case REDIS_REPLY_ERROR:
            let text = text(of: index)
            let bytes = (0..<min(text.count, RedisConnection.errorBytesMax)).map { text[$0] }
            return .error(String(decoding: bytes, as: UTF8.self))
        default: return .none
        }
    }

    /// The bytes of a text or an error; nothing, if the node is neither.
    @_lifetime(borrow self)
    package func text(of index: Int) -> Span<UInt8> {
        precondition(index >= 0 && index < nodeCount, "no such node")
        let node = unsafe tape.pointee.last.nodes[index]
        let isText =
            node.kind == Int64(REDIS_REPLY_STRING) || node.kind == Int64(REDIS_REPLY_STATUS)
            || node.kind == Int64(REDIS_REPLY_ERROR)
        // The tape has `number` bytes from `start` for each node that is a text.
        let bytes = unsafe UnsafeRawPointer(tape.pointee.last.bytes)
        guard isText, let start = unsafe bytes else { return Span() }
        let span = unsafe Span<UInt8>(
            _unsafeStart: (start + node.start).assumingMemoryBound(to: UInt8.self),
            count: Int(node.number)
        )
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}

extension ContinuousClock.Instant {
    /// 0 if it is past.
    fileprivate var microsecondsLeft: Int64 {
        let (seconds, attoseconds) = (self - .now).components
        let microseconds = min(seconds, 1 << 31) * 1_000_000 + attoseconds / 1_000_000_000_000
        return max(0, microseconds)
    }
}

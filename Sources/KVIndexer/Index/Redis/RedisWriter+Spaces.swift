import Domain
import Redis

extension RedisWriter {
    /// Spaces that nobody has used for so long are not looked into.
    private static let spaceLifetimeSeconds: Int64 = 86_400
    private static let spacesMax = 64

    /// Tells other processes which key spaces our engines use, and asks for theirs: a hash of
    /// spaces, each with the Unix time at which somebody last used it.
    func exchangeSpaces() throws(RedisError) {
        guard let spaces else { return }
        let key = "\(config.namespace)warmpath:spaces"
        let now = Int64(SystemTime.milliseconds() / 1_000)
        var commands = RedisCommands()
        let own = spaces.own
        if !own.isEmpty {
            commands.begin("HSET", argumentCount: 1 + 2 * own.count)
            commands.append(key)
            for space in own {
                commands.append(space)
                commands.append(digitsOf: UInt64(clamping: now))
            }
        }
        commands.begin("HGETALL", argumentCount: 1)
        commands.append(key)
        let request = commands
        let deadline = ContinuousClock.now + RedisWriter.sliceTimeout
        let found = try pool.perform(until: deadline) { connection throws(RedisError) in
            try connection.send(request, until: deadline)
            if request.count == 2 { try connection.receive(until: deadline) }
            return try connection.pairs(until: deadline)
        }
        for (space, time) in found.prefix(RedisWriter.spacesMax) {
            guard let time = Int64(time), now - time < RedisWriter.spaceLifetimeSeconds else {
                continue
            }
            spaces.learn(space)
        }
    }
}

extension RedisConnection {
    /// Fields and values of a hash. Whatever else is there is none.
    fileprivate mutating func pairs(
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [(String, String)] {
        guard case .array = try receive(until: deadline) else { return [] }
        let texts = (1..<max(1, nodeCount)).map { index in
            let text = text(of: index)
            return String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
        }
        return stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) }
    }
}

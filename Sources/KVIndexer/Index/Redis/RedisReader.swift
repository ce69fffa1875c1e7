import Domain
import Redis

/// Reads from Redis who holds the blocks of a prompt.
///
/// Thread safety: any thread may use it.
struct RedisReader: Sendable {
    /// Blocks that the first round trip of a lookup asks for, and the largest one. Each asks for
    /// twice as many as the one before: most prompts match either little or a lot.
    private static let firstWindow = 16
    private static let largestWindow = 512

    let pool: RedisPool
    let cache: RedisReadCache
    let fields: RedisFieldTable
    let names: RedisNames
    let namespace: String
    let timeout: Duration

    /// Takes the walk as far as anybody holds the blocks. Blocks that were read lately cost no
    /// round trip.
    func advance(
        _ walk: inout RedisPrefixWalk,
        over keys: Span<BlockKey>,
        in space: KeySpaceID
    ) throws(RedisError) {
        let now = ContinuousClock.now
        let deadline = now + timeout
        var window = RedisReader.firstWindow
        var next = 0
        while next < keys.count {
            if let known = cache.presences(of: keys[next], in: space, at: now) {
                guard walk.advance(to: keys[next], heldBy: known) else { return }
                next += 1
                continue
            }
            let end = min(next + window, keys.count)
            var unknown: [BlockKey] = []
            for place in next..<end
            where cache.presences(of: keys[place], in: space, at: now) == nil {
                unknown.append(keys[place])
            }
            let fetched = try fetch(unknown, in: space, until: deadline)
            var place = 0
            while next < end {
                let presences: [RedisPresence]
                if place < unknown.count, unknown[place] == keys[next] {
                    presences = fetched[place]
                    place += 1
                } else if let known = cache.presences(of: keys[next], in: space, at: now) {
                    presences = known
                } else {
                    break  // forgotten meanwhile: asked for with the next window
                }
                guard walk.advance(to: keys[next], heldBy: presences) else { return }
                next += 1
            }
            window = min(window * 2, RedisReader.largestWindow)
        }
    }

    /// Who holds each of the blocks, in one round trip.
    private func fetch(
        _ keys: [BlockKey],
        in space: KeySpaceID,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [[RedisPresence]] {
        var commands = RedisCommands()
        let prefix = names.keyPrefix(of: space, in: namespace)
        for key in keys {
            commands.begin("HKEYS", argumentCount: 1)
            commands.append(prefix, digitsOf: key.rawValue)
        }
        let request = commands
        let asked = ContinuousClock.now
        fields.expire(at: asked)
        let fetched = try pool.perform(until: deadline, opening: false) {
            connection throws(RedisError) in
            try connection.send(request, until: deadline)
            var fetched: [[RedisPresence]] = []
            fetched.reserveCapacity(keys.count)
            for _ in keys {
                let last = fetched.last
                fetched.append(try presences(from: &connection, last: last, until: deadline))
            }
            return fetched
        }
        for (key, presences) in zip(keys, fetched) {
            cache.insert(presences, of: key, in: space, at: asked)
        }
        return fetched
    }

    /// Reads the fields of one hash. A key that somebody uses for something else holds nothing.
    ///
    /// - Parameter last: what the reply before this one said. Blocks that follow each other are
    ///   mostly held by the same caches, so that most replies need not be understood.
    private func presences(
        from connection: inout RedisConnection,
        last: [RedisPresence]?,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [RedisPresence] {
        switch try connection.receive(until: deadline) {
        case .array: break
        case .error(let message) where message.hasPrefix("WRONGTYPE"): return []
        case .error(let message): throw .server(message)
        case .text, .integer, .none: throw .malformedReply
        }
        if let last, connection.isRepeated { return last }
        var presences: [RedisPresence] = []
        for index in 1..<max(1, connection.nodeCount) {
            guard let (cache, tier, isExpected) = fields.meaning(of: connection.text(of: index))
            else { continue }
            let bit = UInt8(1) << tier
            let presence = RedisPresence(
                cache,
                tiers: isExpected ? 0 : bit,
                expectedTiers: isExpected ? bit : 0
            )
            RedisReader.add(presence, to: &presences)
        }
        return presences
    }

    /// Keeps the order, and each cache once. A hash names each cache a few times at most, and
    /// there are no more caches than the pool has.
    private static func add(_ presence: RedisPresence, to presences: inout [RedisPresence]) {
        var (low, high) = (0, presences.count)
        while low < high {
            let middle = (low + high) / 2
            if presences[middle].order < presence.order { low = middle + 1 } else { high = middle }
        }
        if low < presences.count, presences[low].order == presence.order {
            presences[low].tiers |= presence.tiers
            presences[low].expectedTiers |= presence.expectedTiers
        } else {
            presences.insert(presence, at: low)
        }
    }
}

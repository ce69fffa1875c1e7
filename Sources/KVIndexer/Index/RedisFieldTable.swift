import Domain
import Synchronization

/// What the fields of hashes in Redis mean: the same few are read again and again.
///
/// Thread safety: all state is under one lock, which is held for a hash and a comparison.
final class RedisFieldTable: Sendable {
    private static let fieldsMax = 1 << 16
    private static let fieldBytesMax = 512

    /// Nil if the field is of no endpoint that we know.
    typealias Meaning = (cache: CacheID, tier: UInt8, isExpected: Bool)?

    private struct State {
        var meanings: [UInt64: (bytes: [UInt8], meaning: Meaning)] = [:]
        var expires: ContinuousClock.Instant
    }

    private let names: RedisNames
    /// Endpoints come and go, so names are asked for again from time to time.
    private let lifetime: Duration
    private let state: Mutex<State>

    init(names: RedisNames, lifetime: Duration) {
        self.names = names
        self.lifetime = lifetime
        state = Mutex(State(expires: .now + lifetime))
    }

    /// Forgets every meaning if it is time.
    func expire(at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.expires <= now else { return }
            state = State(expires: now + lifetime)
        }
    }

    func meaning(of field: Span<UInt8>) -> Meaning {
        guard field.count <= RedisFieldTable.fieldBytesMax else { return nil }
        let hash = RedisFieldTable.hash(field)
        if let known = state.withLock({ $0.meanings[hash] }),
            RedisFieldTable.areEqual(known.bytes, field)
        {
            return known.meaning
        }
        let meaning = RedisPodEntry(field).flatMap(meaning)
        let bytes = field.indices.map { field[$0] }
        state.withLock { state in
            if state.meanings.count >= RedisFieldTable.fieldsMax { state.meanings = [:] }
            state.meanings[hash] = (bytes, meaning)
        }
        return meaning
    }

    private func meaning(of entry: RedisPodEntry) -> Meaning {
        guard let cache = names.cache(ofPod: entry.pod) else { return nil }
        return (cache, CacheTier(redisName: entry.tier).rawValue, entry.isSpeculative)
    }

    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash
    }

    private static func areEqual(_ known: [UInt8], _ field: Span<UInt8>) -> Bool {
        guard known.count == field.count else { return false }
        for index in known.indices where known[index] != field[index] { return false }
        return true
    }
}

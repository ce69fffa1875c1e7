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

    /// Endpoints come and go, so names are asked for again from time to time.
    private static let lifetime = Duration.seconds(1)

    private let names: RedisNames
    private let state = Mutex(State(expires: .now + lifetime))

    init(names: RedisNames) { self.names = names }

    /// Forgets every meaning if it is time.
    func expire(at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.expires <= now else { return }
            state = State(expires: now + RedisFieldTable.lifetime)
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
        let words = unsafe bytes.bytes
        var hash = UInt64(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            // The loop's condition keeps the word within the bytes.
            let word = unsafe words.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            hash = mixed(hash ^ word)
            place += 8
        }
        while place < bytes.count {
            hash = mixed(hash ^ UInt64(bytes[place]))
            place += 1
        }
        return hash
    }

    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 32
    }

    private static func areEqual(_ known: [UInt8], _ field: Span<UInt8>) -> Bool {
        guard known.count == field.count else { return false }
        var difference: UInt8 = 0
        for index in field.indices { difference |= known[index] ^ field[index] }
        return difference == 0
    }
}

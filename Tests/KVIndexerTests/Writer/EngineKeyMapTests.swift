import Domain
import Randomness
import Testing

@testable import KVIndexer

@Suite struct EngineKeyMapTests {
    private struct Key: Hashable {
        let hash: UInt64
        let key: UInt64
    }

    @Test func `an entry takes 24 bytes`() {
        #expect(MemoryLayout<EngineKeyMap.Entry>.stride == 24)
    }

    /// Against a dictionary of what each hash stands for.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `it has what a dictionary has`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = EngineKeyMap()
        var expected: [Key: [UInt8: Int]] = [:]
        for _ in 0..<2_000 {
            let hash = EngineBlockHash(rawValue: UInt64(random.below(60)))
            let tier = CacheTier.allCases[random.below(2)]
            if random.below(2) == 0 {
                let part = UInt64(random.below(3))
                let key = Key(hash: hash.rawValue, key: hash.rawValue * 10 + part)
                let entry = EngineKeyMap.Entry(
                    hash: hash,
                    key: BlockKey(rawValue: key.key),
                    isLastPart: part == 2
                )
                #expect(map.insert(entry, in: tier, counting: .everyCopy) == .stored)
                expected[key, default: [:]][tier.rawValue, default: 0] += 1
            } else {
                map.removeCopy(of: hash, in: tier)
                for key in expected.keys where key.hash == hash.rawValue {
                    let left = (expected[key]?[tier.rawValue] ?? 0) - 1
                    expected[key]?[tier.rawValue] = left > 0 ? left : nil
                    if expected[key]?.isEmpty == true { expected[key] = nil }
                }
            }
        }
        #expect(map.count == expected.count)
        for hash in 0..<60 as Range<UInt64> {
            var keys: [BlockKey] = []
            map.appendKeys(of: EngineBlockHash(rawValue: hash), to: &keys)
            let expectedKeys = expected.keys.filter { $0.hash == hash }.map(\.key)
            #expect(keys.map(\.rawValue).sorted() == expectedKeys.sorted())
            let last = map.lastKey(of: EngineBlockHash(rawValue: hash), in: .plain)
            #expect((last != nil) == expectedKeys.contains(hash * 10 + 2))
        }
    }

    @Test func `a hash has a bounded number of keys`() {
        var map = EngineKeyMap()
        let hash = EngineBlockHash(rawValue: 1)
        for scope in 0..<400 as Range<UInt16> {
            let entry = EngineKeyMap.Entry(
                hash: hash,
                key: BlockKey(rawValue: UInt64(scope)),
                scope: ScopeNumber(rawValue: scope)
            )
            let isStored = map.insert(entry, in: .gpu, counting: .everyCopy) == .stored
            #expect(isStored == (scope < 256))
        }
        map.removeCopy(of: hash, in: .gpu)
        #expect(map.count == 0)
    }

    @Test func `copies beyond what is counted keep their entry`() {
        var map = EngineKeyMap()
        let entry = EngineKeyMap.Entry(
            hash: EngineBlockHash(rawValue: 1),
            key: BlockKey(rawValue: 2)
        )
        for _ in 0..<300 { _ = map.insert(entry, in: .gpu, counting: .everyCopy) }
        for _ in 0..<300 { map.removeCopy(of: entry.hash, in: .gpu) }
        #expect(map.contains(entry.hash))
    }
}

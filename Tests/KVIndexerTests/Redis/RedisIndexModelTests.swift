import Domain
import KVIndexer
import Randomness
import Telemetry
import Testing

/// Random histories, in Redis and in memory: the two must find the same.
@Suite struct RedisIndexModelTests {
    private struct Holder {
        let inRedis: HolderID
        let inMemory: HolderID
        let isExpected: Bool
    }

    @Test(arguments: 1...12)
    func `Redis and memory find the same after any history`(seed: UInt64) throws {
        try run(seed: seed, isRestarted: false)
    }

    @Test(arguments: 101...103)
    func `so they do when the server is killed now and then`(seed: UInt64) throws {
        try run(seed: seed, isRestarted: true)
    }

    private func run(seed: UInt64, isRestarted: Bool) throws {
        let server = try RedisServer()
        let fixture = try RedisIndexFixture(server.address) {
            $0.queuedBlocksMax = 3_000
            if isRestarted { $0.cacheMilliseconds = 0 }
        }
        let memory = InMemoryIndex(
            config: InMemoryIndexConfig(),
            metrics: KVIndexerMetrics(registry: MetricsRegistry())
        )
        var random = SplitMix64(seed: seed)
        var holders: [Holder] = []
        for step in 0..<400 {
            switch random.below(20) {
            case 0, 1:
                let endpoint = UInt32(random.below(3) + 1)
                let space = UInt16(random.below(2))
                let kind = HolderKind(rawValue: UInt8(random.below(3))) ?? .confirmed
                let inRedis = try #require(fixture.index.open(endpoint, space: space, as: kind))
                let inMemory = try #require(memory.open(endpoint, space: space, as: kind))
                let isExpected = kind == .expected
                let holder = Holder(inRedis: inRedis, inMemory: inMemory, isExpected: isExpected)
                holders.append(holder)
            case 2 where holders.count > 6:
                let holder = holders.remove(at: random.below(holders.count))
                fixture.index.close(holder.inRedis)
                memory.close(holder.inMemory)
            case 3 where !holders.isEmpty:
                let holder = holders[random.below(holders.count)]
                guard !holder.isExpected else { continue }
                fixture.index.markUncertain(holder.inRedis)
                memory.markUncertain(holder.inMemory)
            case _ where holders.isEmpty: continue
            default:
                let holder = holders[random.below(holders.count)]
                change(holder, in: fixture.index, and: memory, with: &random)
            }
            if isRestarted, random.below(50) == 0 {
                server.kill()
                if random.below(2) == 0 { _ = fixture.matches([0]) }
                try server.start()
                _ = fixture.matches([0])
            }
            if step % 40 == 39 {
                #expect(fixture.settle())
                compare(fixture, with: memory, &random)
            }
        }
        for holder in holders { fixture.index.close(holder.inRedis) }
        #expect(fixture.settle())
        #expect(try server.ask("DBSIZE") == ["0"])
    }

    private func change(
        _ holder: Holder,
        in redis: RedisIndex,
        and memory: InMemoryIndex,
        with random: inout SplitMix64
    ) {
        let start = random.below(200)
        let keys = (start..<start + random.below(100) + 1).map { UInt64($0) &* 0x1_0001 }
        let tier = CacheTier(rawValue: UInt8(random.below(4))) ?? .gpu
        if random.below(5) < 3 {
            let counting = random.below(2) == 0 ? CopyCounting.everyCopy : .onlyFirst
            redis.store(keys, in: holder.inRedis, tier: tier, counting)
            memory.store(keys, in: holder.inMemory, tier: tier, counting)
        } else {
            redis.remove(keys, from: holder.inRedis, tier: tier)
            memory.remove(keys, from: holder.inMemory, tier: tier)
        }
        let probe = BlockKey(rawValue: keys[0])
        #expect(
            redis.contains(probe, in: holder.inRedis) == memory.contains(probe, in: holder.inMemory)
        )
    }

    private func compare(
        _ fixture: RedisIndexFixture,
        with memory: InMemoryIndex,
        _ random: inout SplitMix64
    ) {
        for _ in 0..<20 {
            let start = random.below(250)
            let keys = (start..<start + random.below(150) + 1).map { UInt64($0) &* 0x1_0001 }
            let space = UInt16(random.below(2))
            let prompt = keys.map(BlockKey.init(rawValue:))
            let expected = memory.longestPrefixes(
                of: prompt.span,
                in: KeySpaceID(rawValue: space)
            )
            #expect(fixture.matches(keys, space: space) == expected)
        }
    }
}

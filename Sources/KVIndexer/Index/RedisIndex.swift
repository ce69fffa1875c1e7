package import Domain
package import Redis
import Synchronization
package import Telemetry
import Threads

/// Which caches hold which blocks, in a Redis that several pickers share, and llm-d's if they
/// like: both write and read the same entries.
///
/// - Changes take effect in this process's memory, from where one thread writes them to Redis, in
///   batches, a moment later. What Redis missed while it was down, or refused, is written again.
/// - A lookup reads from Redis what it has not read lately, many blocks at a time. What this
///   process knows better (a holder was closed, or is uncertain) goes before what Redis says.
/// - While Redis is down nothing is found, nothing waits, and the memory in use does not grow with
///   the length of the outage.
///
/// Copies are counted here: Redis has only presence. llm-d's mapping of engine keys is its own
/// business: it is not written, because nothing of ours reads it, and llm-d needs it only for
/// events that it receives itself.
///
/// Thread safety: as `KVIndex` says. Locks are taken in the order registry, claim, queue.
package final class RedisIndex: KVIndex {
    /// Closed holders of one claim whose blocks wait to be removed. Beyond that, the blocks are
    /// found by looking at every key.
    private static let closedHoldersMax = 1_000

    private let config: RedisIndexConfig
    private let pool: RedisPool
    private let claims: RedisClaimRegistry
    private let cache: RedisReadCache
    private let writer: RedisWriter
    private let reader: RedisReader
    private let metrics: KVIndexerMetrics

    /// Connects, or gives up after `timeoutMilliseconds` and tries again in the background.
    ///
    /// - Parameter spaces: told to other processes, and learned from them.
    package init(
        config: RedisIndexConfig,
        names: RedisNames,
        spaces: SharedSpaces? = nil,
        metrics: KVIndexerMetrics,
        log: Log
    ) throws(RedisAddressError) {
        let address = try RedisAddress(config.address)
        let timeout = Duration.milliseconds(config.timeoutMilliseconds)
        let lifetime = Duration.milliseconds(config.cacheMilliseconds)
        let queue = RedisWriteQueue(blocksMax: config.queuedBlocksMax)
        let pool = RedisPool(
            address,
            connectionCount: max(2, config.connectionCount),
            timeout: timeout
        ) { health, error in
            metrics.redisUp.set(health == .up ? 1 : 0)
            if health == .up {
                log.info("Redis is up", ["address": "\(address)"])
            } else {
                let reason = error.map { "\($0)" } ?? ""
                log.warning(
                    "Redis is down: requests are routed without KV scores",
                    ["address": "\(address)", "reason": reason]
                )
            }
            queue.wake()
        } onRestart: {
            queue.wake()
        }
        metrics.redisUp.set(0)
        let claims = RedisClaimRegistry(names: names, namespace: config.namespace)
        let cache = RedisReadCache(keysMax: config.cachedKeysMax, lifetime: lifetime)
        self.config = config
        self.pool = pool
        self.claims = claims
        self.cache = cache
        self.metrics = metrics
        writer = RedisWriter(
            config: config,
            pool: pool,
            claims: claims,
            queue: queue,
            cache: cache,
            metrics: metrics,
            log: log,
            spaces: spaces
        )
        reader = RedisReader(
            pool: pool,
            cache: cache,
            fields: RedisFieldTable(names: names),
            names: names,
            namespace: config.namespace,
            timeout: timeout
        )
        _ = pool.restore()
        OSThread.start(named: "redis-writer") { [writer] in writer.run() }
    }

    deinit { writer.stop() }

    /// Whether lookups find anything.
    package var isUp: Bool { pool.isUp }

    /// Waits until Redis has every change up to now. For tests.
    ///
    /// - Returns: false if that took too long.
    package func settle(within duration: Duration) -> Bool { writer.settle(within: duration) }

    /// Leaves what is known in Redis to other processes, and to this one when it comes again:
    /// writes what waits, if that takes no longer than this, and from here on nothing more.
    package func leave(within duration: Duration) {
        _ = settle(within: duration)
        // Spaces that came into use since the last time are told now, or never.
        try? writer.exchangeSpaces()
        writer.stop()
    }

    package func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID? {
        claims.open(
            RedisClaim.Name(cache: cache, space: space, isExpected: kind == .expected),
            isConfirmed: kind != .uncertain
        )
    }

    package func markUncertain(_ holder: HolderID) {
        claims.change(holder) { $0.holders[$1].isConfirmed = false }
    }

    package func markConfirmed(_ holder: HolderID) {
        claims.change(holder) { $0.holders[$1].isConfirmed = true }
        writer.queue.wake()
    }

    package func close(_ holder: HolderID) {
        let isUp = pool.isUp
        claims.change(holder) { claim, place in
            let blocks = claim.holders.remove(at: place).blocks
            guard blocks.count > 0 else { return }
            if isUp, claim.closed.count < RedisIndex.closedHoldersMax {
                claim.closed.append(RedisClaim.Closed(blocks: blocks))
            } else {
                claim.lose()
            }
        }
        writer.queue.wake()
    }

    package func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        let keys = keys.indices.map { keys[$0] }
        change(keys, of: holder, tier: tier) { blocks in
            var isChanged = false
            for key in keys where blocks.store(key, in: tier, counting: counting) {
                isChanged = true
            }
            return isChanged
        }
        metrics.keysStored.add(UInt64(keys.count))
    }

    package func remove(_ keys: Span<BlockKey>, from holder: HolderID, tier: CacheTier) {
        let keys = keys.indices.map { keys[$0] }
        change(keys, of: holder, tier: tier) { blocks in
            var isChanged = false
            for key in keys where blocks.remove(key, from: tier) { isChanged = true }
            return isChanged
        }
        metrics.keysRemoved.add(UInt64(keys.count))
    }

    package func contains(_ key: BlockKey, in holder: HolderID) -> Bool {
        claims.claim(of: holder)?.state.withLock { state in
            state.holders.contains { $0.id == holder && $0.blocks.tiers(of: key) != 0 }
        } ?? false
    }

    /// As far as this process knows: Redis does not say who has lost events.
    package func isConfirmed(_ key: BlockKey, at cache: CacheID, in space: KeySpaceID) -> Bool {
        let name = RedisClaim.Name(cache: cache, space: space, isExpected: false)
        return claims.claim(named: name)?.state.withLock { state in
            state.holders.contains { $0.isConfirmed && $0.blocks.tiers(of: key) != 0 }
        } ?? false
    }

    package func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        into matches: inout PrefixMatches
    ) {
        guard pool.isUp, !keys.isEmpty else { return }
        var walk = RedisPrefixWalk(in: space, correctedBy: claims.needingAttention)
        do throws(RedisError) {
            try reader.advance(&walk, over: keys, in: space)
            walk.end(into: &matches)
        } catch {
            metrics.redisErrors(during: "lookup").add()
            // What was found until the time was up is right, only perhaps not all.
            if error == .busy { walk.end(into: &matches) }
        }
    }

    /// Changes the blocks of a holder, and has what Redis is to know of it written. With a time to
    /// live, what is stored again is written again.
    private func change(
        _ keys: [BlockKey],
        of holder: HolderID,
        tier: CacheTier,
        _ body: (inout RedisHolderBlocks) -> Bool
    ) {
        guard !keys.isEmpty, let claim = claims.claim(of: holder) else { return }
        let isChanged = claim.state.withLock { state in
            guard let place = state.holders.firstIndex(where: { $0.id == holder }) else {
                return false
            }
            return body(&state.holders[place].blocks)
        }
        // While Redis is down nothing is queued: when it is back, every claim is written anew.
        guard isChanged || config.timeToLiveSeconds > 0, pool.isUp else { return }
        let run = RedisWriteQueue.Run(claim: claim, tier: tier, keys: keys)
        if !writer.queue.append(run) {
            claims.lose(claim)
        }
    }
}

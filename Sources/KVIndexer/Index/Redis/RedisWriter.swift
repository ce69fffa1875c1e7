import Domain
import Redis
import Synchronization
import Telemetry

/// Brings Redis to what our claims hold. Runs on one thread, which also finds out when Redis is
/// back after it was down.
///
/// First come changes as they happen; in between, a slice at a time, what closed holders left,
/// claims that are to be written anew, and the search for what lost removals left.
final class RedisWriter: Sendable {
    /// A slice takes milliseconds. Longer than a lookup may take: the disk of a server that saves
    /// may hold it up for a second.
    static let sliceTimeout = Duration.seconds(5)
    /// How often an idle Redis is asked whether it is there, and whether it is still the same run.
    private static let checkInterval = Duration.seconds(1)
    /// For how long nothing is written after the server refused a change, as it does when it is
    /// full, or a replica.
    private static let refusalPause = Duration.seconds(1)

    let config: RedisIndexConfig
    let pool: RedisPool
    let claims: RedisClaimRegistry
    let queue: RedisWriteQueue
    let cache: RedisReadCache
    let metrics: KVIndexerMetrics
    let log: Log
    /// Nil: no other process is told of key spaces.
    let spaces: SharedSpaces?
    private let isStopped = Atomic(false)
    private let settling = RedisSettling()

    init(
        config: RedisIndexConfig,
        pool: RedisPool,
        claims: RedisClaimRegistry,
        queue: RedisWriteQueue,
        cache: RedisReadCache,
        metrics: KVIndexerMetrics,
        log: Log,
        spaces: SharedSpaces?
    ) {
        self.spaces = spaces
        self.config = config
        self.pool = pool
        self.claims = claims
        self.queue = queue
        self.cache = cache
        self.metrics = metrics
        self.log = log
    }

    /// Ends `run` soon. Changes that are still queued are not written.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        queue.wake()
    }

    /// Waits until Redis has every change up to now.
    ///
    /// - Returns: false if that took too long.
    func settle(within duration: Duration) -> Bool {
        settling.wait(atMost: duration) { queue.wake() }
    }

    func run() {
        var work = RedisBackgroundWork()
        var (wasUp, hasBeenUp, isRefused) = (false, false, false)
        var restarts = pool.restarts
        var nextExchange = ContinuousClock.now
        while !isStopped.load(ordering: .acquiring) {
            if pool.health != .up {
                wasUp = false
                if let delay = pool.restore() {
                    _ = queue.takeAll()  // every claim is written anew in the end
                    queue.wait(atMost: delay)
                    continue
                }
            }
            let isRestarted = pool.restarts != restarts
            if !wasUp || isRestarted {
                restarts = pool.restarts
                claims.loseAll(removals: hasBeenUp)
                cache.removeAll()
                work = RedisBackgroundWork()
                (wasUp, hasBeenUp) = (true, true)
                nextExchange = .now
            }
            let waiting = settling.next
            do throws(RedisError) {
                if nextExchange <= .now {
                    pool.refill()
                    try exchangeSpaces()
                    nextExchange = .now + RedisWriter.checkInterval
                }
                try write(queue.takeAll())
                if try doSlice(of: &work) || !queue.isEmpty { continue }
                if pool.restarts != restarts { continue }
                isRefused = false
                settling.announce(before: waiting)
                if !queue.wait(atMost: RedisWriter.checkInterval) { try check() }
            } catch {
                // It counts as written since it was begun.
                if let rewrite = work.rewrite { claims.lose(rewrite.claim) }
                work = RedisBackgroundWork()
                guard !error.isFailureOfServer, error != .unavailable else { continue }
                if !isRefused { log.warning("Redis refuses changes", ["reason": "\(error)"]) }
                isRefused = true
                pause()
            }
        }
    }

    private func check() throws(RedisError) {
        let deadline = ContinuousClock.now + RedisWriter.sliceTimeout
        do throws(RedisError) {
            try pool.perform(until: deadline) { connection throws(RedisError) in
                try connection.ping(until: deadline)
            }
        } catch {
            metrics.redisErrors(during: "check").add()
            throw error
        }
    }

    /// Waits, whatever is appended meanwhile. What finds no room makes its claim be written anew.
    private func pause() {
        let end = ContinuousClock.now + RedisWriter.refusalPause
        while case let left = end - .now, left > .zero, !isStopped.load(ordering: .acquiring) {
            queue.wait(atMost: left)
        }
    }

    private func write(_ runs: [RedisWriteQueue.Run]) throws(RedisError) {
        var batch = RedisBatch(timeToLiveSeconds: config.timeToLiveSeconds)
        for (place, run) in runs.enumerated() {
            var next = 0
            while next < run.keys.count {
                run.claim.state.withLock { state in
                    while next < run.keys.count, !batch.isFull {
                        let tier = 1 << run.tier.rawValue
                        batch.bring(run.keys[next], of: run.claim, to: state, tiers: UInt8(tier))
                        next += 1
                    }
                }
                guard batch.isFull else { break }
                do throws(RedisError) {
                    try send(&batch)
                } catch {
                    for run in runs[place...] { claims.lose(run.claim) }
                    throw error
                }
            }
        }
        try send(&batch)
    }

    /// Sends the batch and empties it. If that fails, its claims are to be written anew.
    func send(_ batch: inout RedisBatch) throws(RedisError) {
        guard !batch.isEmpty else { return }
        defer { batch.removeAll() }
        let commands = batch.commands
        let deadline = ContinuousClock.now + RedisWriter.sliceTimeout
        do throws(RedisError) {
            let skipped = try pool.perform(until: deadline) { connection throws(RedisError) in
                try connection.send(commands, until: deadline)
                return try connection.receiveAll(commands.count, until: deadline)
            }
            if skipped > 0 { metrics.redisErrors(during: "write").add(UInt64(skipped)) }
        } catch {
            metrics.redisErrors(during: "write").add()
            for claim in batch.claims { claims.lose(claim) }
            throw error
        }
        for block in batch.blocks { cache.remove(block.key, in: block.space) }
    }
}

extension RedisConnection {
    /// Reads the replies of changes.
    ///
    /// - Returns: how many met a key that somebody uses for something else.
    fileprivate mutating func receiveAll(
        _ count: Int,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> Int {
        var skipped = 0
        for _ in 0..<count {
            guard case .error(let message) = try receive(until: deadline) else { continue }
            guard message.hasPrefix("WRONGTYPE") else { throw .server(message) }
            skipped += 1
        }
        return skipped
    }
}

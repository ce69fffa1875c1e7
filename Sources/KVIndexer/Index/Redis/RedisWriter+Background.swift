import Domain
import Redis
import Synchronization

extension RedisWriter {
    /// Keys of a claim that is written anew for which its lock is held at a time.
    private static let keysPerLock = 1_024

    /// - Returns: false if there is nothing left to do.
    func doSlice(of work: inout RedisBackgroundWork) throws(RedisError) -> Bool {
        let needy = claims.needingAttention.map { Array($0.values) } ?? []
        // Requests close holders all the time: the rest must not wait until they stop.
        let hasRemoved = try removeClosed(of: needy)
        if let rewrite = work.rewrite {
            try advance(rewrite, in: &work)
            return true
        }
        if let diverged = needy.first(where: { $0.state.withLock { $0.isDiverged } }) {
            work.rewrite = RedisRewrite(diverged)
            return true
        }
        if work.sweep == nil { work.sweep = RedisSweep(needy) }
        guard var sweep = work.sweep else { return hasRemoved }
        try advance(&sweep)
        work.sweep = sweep.isOver ? nil : sweep
        return true
    }

    private func advance(
        _ rewrite: RedisRewrite,
        in work: inout RedisBackgroundWork
    ) throws(RedisError) {
        var rewrite = rewrite
        var batch = RedisBatch(timeToLiveSeconds: config.timeToLiveSeconds)
        let claim = rewrite.claim
        while !batch.isFull, !rewrite.isOver {
            let keys = rewrite.nextKeys(atMost: RedisWriter.keysPerLock)
            claim.state.withLock { state in
                for key in keys {
                    batch.bring(key, of: claim, to: state, tiers: state.tiers(of: key))
                }
            }
        }
        work.rewrite = rewrite.isOver ? nil : rewrite
        try send(&batch)
        if work.rewrite == nil { claims.review(claim) }
    }

    /// Removes blocks that closed holders had, and no other of the claim has, up to one batch.
    ///
    /// - Returns: false if no claim has closed holders: there may be more to do after true.
    private func removeClosed(of needy: [RedisClaim]) throws(RedisError) -> Bool {
        var batch = RedisBatch(timeToLiveSeconds: config.timeToLiveSeconds)
        var visited: [RedisClaim] = []
        for claim in needy where !batch.isFull {
            let hasClosed = claim.state.withLock { state in
                var slotsLeft = RedisClaim.slotsPerLock
                for place in state.closed.indices where !batch.isFull && slotsLeft > 0 {
                    state.drain(place, of: claim, into: &batch, lookingAt: &slotsLeft)
                }
                return !state.closed.isEmpty
            }
            if hasClosed { visited.append(claim) }
        }
        guard !visited.isEmpty else { return false }
        try send(&batch)
        for claim in visited {
            claim.state.withLock { $0.closed.removeAll { $0.isDrained } }
            claims.review(claim)
        }
        return true
    }
}

package import Domain
import Synchronization
import Telemetry

/// Blocks that endpoints will hold soon: at pick time the chosen endpoint is credited with the
/// prompt's blocks, until its engine has announced them or a deadline passes.
///
/// Each credit has a holder of its own in the index, so one request's end takes nothing from
/// another that expects the same blocks.
///
/// Thread safety: every method may be called from any thread.
///
/// Invariants:
/// 1. Whoever takes a credit out of `state` ends it, once, outside the lock.
/// 2. `state.credits` has at most `requestsMax` entries, and their deadlines ascend: all of them
///    live equally long.
/// 3. A credit's holder is empty before it is closed, which costs the index least.
package final class ExpectedBlocks: Sendable {
    /// Names one credit for as long as this process lives.
    package struct CreditID: Hashable, Sendable, BitwiseCopyable {
        fileprivate let rawValue: UInt64
    }

    private struct Credit {
        let cache: CacheID
        let space: KeySpaceID
        let holder: HolderID
        let keys: [BlockKey]
        let deadline: ContinuousClock.Instant
    }

    /// What tells whether a credit is confirmed: blocks are announced in the prompt's order.
    private struct Probe {
        let cache: CacheID
        let space: KeySpaceID
        let lastKey: BlockKey?

        init(_ credit: Credit) {
            (cache, space, lastKey) = (credit.cache, credit.space, credit.keys.last)
        }
    }

    private enum Ending { case confirmed, expired, withdrawn }

    private struct State {
        var credits: [CreditID: Credit] = [:]
        var lastID: UInt64 = 0
        /// No credit has a lower number.
        var firstID: UInt64 = 1

        /// The oldest credit's. Costs, over all calls, one step for each credit there ever was.
        mutating func oldest() -> (id: CreditID, credit: Credit)? {
            while firstID <= lastID {
                let id = CreditID(rawValue: firstID)
                if let credit = credits[id] { return (id, credit) }
                firstID += 1
            }
            return nil
        }
    }

    private let index: any KVIndex
    private let config: SpeculationConfig
    private let metrics: ExpectedBlocksMetrics
    private let state = Mutex(State())

    package init(index: any KVIndex, config: SpeculationConfig, metrics: KVIndexerMetrics) {
        self.index = index
        self.config = config
        self.metrics = metrics.expected
    }

    /// Credits the cache with a prompt's blocks behind the first `confirmedCount`. Costs what
    /// storing them costs, and allocates for the request only.
    ///
    /// - Parameters:
    ///   - keys: all of the prompt's blocks, in the space of the cache's engine.
    ///   - confirmedCount: leading blocks that the cache holds already. Those that are only
    ///     expected do not count: whoever expects them may give them up first.
    /// - Returns: nil if there is nothing to credit, credits are off, or the index is full.
    package func credit(
        _ keys: Span<BlockKey>,
        beyond confirmedCount: Int,
        in space: KeySpaceID,
        at cache: CacheID,
        now: ContinuousClock.Instant = .now
    ) -> CreditID? {
        let endIndex = min(keys.count, config.blocksMax)
        guard config.isEnabled, (0..<endIndex).contains(confirmedCount) else { return nil }
        guard let holder = index.open(cache, in: space, as: .expected) else { return nil }
        let credited = keys.extracting(confirmedCount..<endIndex)
        let parent = confirmedCount > 0 ? keys[confirmedCount - 1] : nil
        // `onlyFirst`, so that removing each key once leaves nothing.
        index.store(credited, after: parent, in: holder, tier: .gpu, counting: .onlyFirst)
        metrics.credited.add(UInt64(credited.count))
        metrics.requests.add(1)
        return keep(
            Credit(
                cache: cache,
                space: space,
                holder: holder,
                keys: credited.indices.map { credited[$0] },
                deadline: now.advanced(by: config.timeToLive)
            )
        )
    }

    private func keep(_ credit: Credit) -> CreditID {
        let (id, displaced) = state.withLock { state in
            var displaced: Credit?
            if state.credits.count >= config.requestsMax, let oldest = state.oldest() {
                displaced = state.credits.removeValue(forKey: oldest.id)
            }
            state.lastID += 1
            let id = CreditID(rawValue: state.lastID)
            state.credits[id] = credit
            return (id, displaced)
        }
        if let displaced { end(displaced, as: .expired) }
        return id
    }

    /// Takes a credit back before its time, as when the request never reached the endpoint. Of a
    /// credit that has ended, changes nothing.
    package func withdraw(_ id: CreditID) {
        let credit = state.withLock { $0.credits.removeValue(forKey: id) }
        if let credit { end(credit, as: .withdrawn) }
    }

    /// Takes back everything that is credited to endpoints that `isGone` names.
    package func withdraw(whereEndpoint isGone: (EndpointID) -> Bool) {
        let taken = state.withLock { state in
            let ids = state.credits.filter { isGone($0.value.cache.endpoint) }.map(\.key)
            return ids.compactMap { state.credits.removeValue(forKey: $0) }
        }
        for credit in taken { end(credit, as: .withdrawn) }
    }

    /// Ends the credits whose deadline has passed, and those that the engine has confirmed to
    /// their last block. Call it some times in each `timeToLive`.
    package func endDue(now: ContinuousClock.Instant = .now) {
        let (due, pending) = state.withLock { state in
            var due: [Credit] = []
            while let oldest = state.oldest(), oldest.credit.deadline <= now {
                state.credits[oldest.id] = nil
                due.append(oldest.credit)
            }
            return (due, state.credits.map { (id: $0.key, probe: Probe($0.value)) })
        }
        for credit in due { end(credit, as: isConfirmed(Probe(credit)) ? .confirmed : .expired) }
        // The index is asked outside the lock, where no pick waits for it.
        for (id, probe) in pending where isConfirmed(probe) {
            let credit = state.withLock { $0.credits.removeValue(forKey: id) }
            if let credit { end(credit, as: .confirmed) }
        }
    }

    /// Keeps ending what is due, until the task is cancelled.
    package func run() async {
        guard config.isEnabled else { return }
        while (try? await Task.sleep(for: config.timeToLive / 8)) != nil { endDue() }
    }

    /// Requests whose blocks are credited.
    package var count: Int { state.withLock(\.credits.count) }

    private func isConfirmed(_ probe: Probe) -> Bool {
        guard let last = probe.lastKey else { return true }
        return index.isConfirmed(last, at: probe.cache, in: probe.space)
    }

    private func end(_ credit: Credit, as ending: Ending) {
        index.remove(credit.keys.span, from: credit.holder, tier: .gpu)
        index.close(credit.holder)
        metrics.requests.add(-1)
        let counter =
            switch ending {
            case .confirmed: metrics.confirmed
            case .expired: metrics.expired
            case .withdrawn: metrics.withdrawn
            }
        counter.add(UInt64(credit.keys.count))
    }
}

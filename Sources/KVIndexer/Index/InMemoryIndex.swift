package import Domain
import Glibc
import Synchronization
internal import Telemetry
internal import Threads

/// Which caches hold which blocks, in this process's memory.
///
/// A lookup follows a prompt through memory in which its blocks mostly lie behind each other,
/// and looks only where that ends into a table. Blocks that the same holders have name one set
/// of holders, so what a lookup does per block is to compare two numbers.
///
/// Thread safety: every method may be called from any thread. Lookups run side by side; a change
/// lets those under way end, and holds up others for as long as it takes: about 7 µs for 128
/// blocks, and in proportion for more.
///
/// `@unchecked Sendable`: `state` is touched only under `lock`, and a place of `scratches` only
/// by the reader who has that place of `lock`. Neither pointer changes.
@safe package final class InMemoryIndex: KVIndex, @unchecked Sendable {
    /// Entries that the sweep looks at while lookups wait: 2 µs, or 50 if all are freed.
    private static let sweptEntries = 512
    private static let sweepPauseMicroseconds: UInt32 = 100

    private let lock = ReadMostlyLock()
    private let state: UnsafeMutablePointer<IndexState>
    private let scratches: UnsafeMutablePointer<LookupScratch>
    private let isSweeping = Atomic(false)
    private let metrics: KVIndexerMetrics

    /// - Parameter config: with `keysMax` and `bytesMax` above 0.
    package init(config: InMemoryIndexConfig, metrics: KVIndexerMetrics) {
        self.metrics = metrics
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: IndexState(config: config))
        unsafe scratches = .allocate(capacity: ReadMostlyLock.placesMax)
        for place in 0..<ReadMostlyLock.placesMax {
            unsafe (scratches + place).initialize(to: LookupScratch())
        }
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        unsafe scratches.deinitialize(count: ReadMostlyLock.placesMax)
        unsafe scratches.deallocate()
    }

    // MARK: Changes

    package func open(_ cache: CacheID, in space: KeySpaceID, as kind: HolderKind) -> HolderID? {
        write { $0.holders.open(cache, in: space, as: kind) }
    }

    package func markUncertain(_ holder: HolderID) { mark(holder, .uncertain) }

    package func markConfirmed(_ holder: HolderID) { mark(holder, .confirmed) }

    private func mark(_ holder: HolderID, _ kind: HolderKind) {
        write { state in
            if let slot = state.holders.slot(of: holder) { state.holders.mark(slot, kind) }
        }
    }

    package func close(_ holder: HolderID) {
        let closedCount = write { state in
            state.close(holder)
            return state.holders.closedCount
        }
        if closedCount > 0 { startSweeping() }
    }

    package func store(
        _ keys: Span<BlockKey>,
        after parent: BlockKey?,
        in holder: HolderID,
        tier: CacheTier,
        counting: CopyCounting
    ) {
        lock.beginWriting()
        let evictedBefore = unsafe state.pointee.evictedKeys
        if let slot = unsafe state.pointee.holders.slot(of: holder) {
            unsafe state.pointee.store(
                keys,
                after: parent,
                in: slot,
                tier: tier,
                counting: counting
            )
        }
        let evicted = unsafe state.pointee.evictedKeys - evictedBefore
        lock.endWriting()
        metrics.keysStored.add(UInt64(keys.count))
        if evicted > 0 { metrics.keysEvicted.add(evicted) }
    }

    package func remove(_ keys: Span<BlockKey>, from holder: HolderID, tier: CacheTier) {
        lock.beginWriting()
        if let slot = unsafe state.pointee.holders.slot(of: holder) {
            unsafe state.pointee.remove(keys, from: slot, tier: tier)
        }
        lock.endWriting()
        metrics.keysRemoved.add(UInt64(keys.count))
    }

    /// Gives memory of closed holders back, as far as it lies in the next `entriesMax` entries,
    /// or counts of copies, or holders.
    /// A thread of the index's own does so whenever holders were closed; calling it besides is
    /// allowed.
    ///
    /// - Returns: false if there is nothing left to give back.
    @discardableResult
    package func sweep(entriesMax: Int) -> Bool {
        write { $0.sweep(entriesMax: entriesMax) }
    }

    // MARK: Questions

    package func contains(_ key: BlockKey, in holder: HolderID, tier: CacheTier) -> Bool {
        read { $0.tiers(of: key, in: holder).contains(tier) }
    }

    package func contains(_ key: BlockKey, in holder: HolderID) -> Bool {
        read { !$0.tiers(of: key, in: holder).isEmpty }
    }

    package func isConfirmed(_ key: BlockKey, at cache: CacheID, in space: KeySpaceID) -> Bool {
        read { $0.isConfirmed(key, at: cache, in: space) }
    }

    package func longestPrefixes(
        of keys: Span<BlockKey>,
        in space: KeySpaceID,
        into matches: inout PrefixMatches
    ) {
        let place = lock.beginReading()
        defer { lock.endReading(place) }
        unsafe state.pointee.longestPrefixes(
            of: keys,
            in: space,
            &scratches[place],
            into: &matches
        )
    }

    /// Calls `body` once for each run of blocks that the same holders hold in the same tiers,
    /// whose keys it may read until it returns. Meanwhile nothing can be stored: ask for a few
    /// thousand entries at a time, and call nothing of the index from `body`.
    ///
    /// A block that is stored or removed between two calls may be missing. Counts of copies are
    /// not told.
    ///
    /// - Returns: false if that was the end.
    package func exportRuns(
        from cursor: inout IndexCursor,
        entriesMax: Int,
        _ body: (Span<BlockKey>, [HolderTiers]) -> Void
    ) -> Bool {
        read { $0.exportRuns(from: &cursor, entriesMax: entriesMax, body) }
    }

    /// Every holder that is open.
    package var openHolders: [OpenHolder] { read { $0.holders.openHolders } }

    package var statistics: IndexStatistics { read { $0.statistics } }

    // MARK: Lock

    private func read<R>(_ body: (borrowing IndexState) -> R) -> R {
        let place = lock.beginReading()
        defer { lock.endReading(place) }
        return unsafe body(state.pointee)
    }

    private func write<R>(_ body: (inout IndexState) -> R) -> R {
        lock.beginWriting()
        defer { lock.endWriting() }
        return unsafe body(&state.pointee)
    }

    // MARK: Sweeping

    /// If the system has no thread to give, the next closing tries again.
    private func startSweeping() {
        guard !isSweeping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        do throws(OSThreadError) {
            _ = try OSThread(named: "index sweep") { self.sweepToTheEnd() }
        } catch {
            isSweeping.store(false, ordering: .releasing)
        }
    }

    private func sweepToTheEnd() {
        repeat {
            while sweep(entriesMax: Self.sweptEntries) { usleep(Self.sweepPauseMicroseconds) }
            isSweeping.store(false, ordering: .sequentiallyConsistent)
            // Whoever closed a holder just before that has left it to this thread.
        } while read { $0.holders.closedCount > 0 }
            && !isSweeping.exchange(true, ordering: .acquiringAndReleasing)
    }
}

package import Domain
import Files
package import Telemetry
import Threads

/// Keeps the index beyond the process: loads a snapshot at start, from disk or from another
/// replica, and saves one on a timer and at shutdown.
///
/// Thread safety: every method may be called from any task. Saves wait for each other.
package final class SnapshotService: Sendable {
    private let config: SnapshotConfig
    private let index: any KVIndex & SnapshotSource
    private let feed: any SnapshotFeed
    private let writerVersion: String
    private let metrics: SnapshotMetrics
    private let log: Log
    private let nowMilliseconds: @Sendable () -> UInt64
    private let turn = Turn()

    /// - Parameter nowMilliseconds: since 1970.
    package init(
        config: SnapshotConfig,
        index: any KVIndex & SnapshotSource,
        feed: any SnapshotFeed,
        writerVersion: String,
        metrics: KVIndexerMetrics,
        log: Log,
        nowMilliseconds: @escaping @Sendable () -> UInt64 = SystemTime.milliseconds
    ) {
        self.config = config
        self.index = index
        self.feed = feed
        self.writerVersion = writerVersion
        self.metrics = metrics.snapshot
        self.log = log
        self.nowMilliseconds = nowMilliseconds
    }

    /// A snapshot of this moment.
    func encoder() -> SnapshotEncoder {
        SnapshotEncoder(
            of: index,
            fedBy: feed,
            writerVersion: writerVersion,
            createdMilliseconds: nowMilliseconds()
        )
    }

    /// Saves every `intervalSeconds`, until the task is cancelled. Does not save then: by that
    /// time the feed may have emptied the index. Call `save` before the feed ends.
    package func run() async {
        guard config.path != nil else { return }
        while (try? await Task.sleep(for: .seconds(config.intervalSeconds))) != nil {
            await save()
        }
    }
}

// MARK: Saving

extension SnapshotService {
    /// Saves the index to `path`, if there is one. A failure is logged and counted; the snapshot
    /// before stays.
    package func save() async {
        guard let path = config.path else { return }
        await turn.take()
        defer { turn.giveBack() }
        let start = ContinuousClock.now
        do throws(FileError) {
            let saved = try await write(to: path)
            let duration = start.duration(to: .now)
            metrics.lastSavedSeconds.set(Int64(clamping: nowMilliseconds() / 1_000))
            metrics.bytes.set(Int64(saved.byteCount))
            metrics.blocks.set(Int64(clamping: saved.counts.blocks))
            metrics.saveSeconds.record(duration / .seconds(1))
            log.info(
                "snapshot saved",
                [
                    "path": path, "bytes": "\(saved.byteCount)",
                    "blocks": "\(saved.counts.blocks)", "caches": "\(saved.counts.publishers)",
                    "duration": "\(duration)",
                ]
            )
        } catch {
            metrics.savesFailed.add()
            log.error("snapshot not saved", ["path": path, "error": error.description])
        }
    }

    /// Returns the encoder, for its counts.
    private func write(to path: String) async throws(FileError) -> SnapshotEncoder {
        let file = try await SnapshotFile.create(for: path)
        var encoder = encoder()
        do throws(FileError) {
            while let piece = await encoder.next() { try await file.append(piece) }
            try await file.publish()
        } catch {
            await file.discard()
            throw error
        }
        return encoder
    }
}

// MARK: Loading

extension SnapshotService {
    /// Loads the snapshot on disk or, if there is none that can be used, that of the peer. What is
    /// refused is logged and counted, and nothing of it is in the index.
    ///
    /// Call it before the feed starts, with the pool that the feed will follow; whoever follows a
    /// cache takes over its holders.
    ///
    /// - Parameter space: the number that a key space has here. Nil: nobody looks into such a one.
    package func restore(
        for endpoints: [Endpoint],
        space: @escaping @Sendable (SavedSpace) -> KeySpaceID?
    ) async -> [CacheID: RestoredCache] {
        guard let path = config.path else { return [:] }
        let loader = SnapshotLoader(into: index, endpoints: endpoints, space: space)
        if FileIdentity(of: path) == nil {
            log.info("no snapshot on disk", ["path": path])
        } else if let outcome = await load(path, with: loader, from: path) {
            return outcome.caches
        }
        guard let url = config.peerURL else { return [:] }
        let download = SnapshotDownload(from: url, to: path + ".peer", config)
        do throws(SnapshotError) {
            try await download.run()
        } catch {
            refuse(error, from: url)
            return [:]
        }
        defer { download.remove() }
        return await load(download.path, with: loader, from: url)?.caches ?? [:]
    }

    private func load(
        _ path: String,
        with loader: SnapshotLoader,
        from origin: String
    ) async -> SnapshotLoader.Outcome? {
        let start = ContinuousClock.now
        let (config, now) = (config, nowMilliseconds())
        do throws(SnapshotError) {
            let outcome = try await SnapshotService.onThread { () throws(SnapshotError) in
                try loader.load(path, config: config, nowMilliseconds: now)
            }
            metrics.blocksRestored.add(outcome.counts.blocks)
            log.info(
                "snapshot loaded",
                [
                    "from": origin, "blocks": "\(outcome.counts.blocks)",
                    "caches": "\(outcome.caches.count)",
                    "caches_left_out": "\(outcome.cachesLeftOut)",
                    "duration": "\(start.duration(to: .now))",
                ]
            )
            return outcome
        } catch {
            refuse(error, from: origin)
            return nil
        }
    }

    private func refuse(_ error: SnapshotError, from origin: String) {
        metrics.refuse(error.reason)
        log.warning("snapshot refused", ["from": origin, "error": error.description])
    }

    /// Runs what blocks on the disk on a thread of its own.
    private static func onThread<R: Sendable>(
        _ body: @escaping @Sendable () throws(SnapshotError) -> R
    ) async throws(SnapshotError) -> R {
        let result: Result<R, SnapshotError>
        do throws(OSThreadError) {
            result = try await OSThread.perform(named: "snapshot") {
                do throws(SnapshotError) {
                    return .success(try body())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw .unreadable(FileError(path: "", reason: "no thread: errno \(error.errno)"))
        }
        return try result.get()
    }
}

package import Domain
import Files
package import Telemetry

/// Keeps a store at what an endpoints file says.
///
/// The file is polled, not watched by inotify: that would have to follow the directories of every
/// symbolic link on the way, and says nothing at all on some network file systems. A poll is one
/// system call. Replace the file by a rename: one that is written in place may be read halfway.
package struct EndpointsFileWatcher: Sendable {
    package static let defaultPollInterval = Duration.milliseconds(200)

    /// Of one reading; what is beyond is counted alone.
    private static let warningsMax = 16

    private let path: String
    private let store: EndpointStore
    private let metrics: DiscoveryMetrics
    private let log: Log
    private let pollInterval: Duration
    private let onChange: @Sendable (EndpointSnapshot) -> Void
    private let firstIdentity: FileIdentity

    /// Reads the file and publishes what it holds, so that the pool is known when this returns.
    ///
    /// - Parameter onChange: called with every snapshot that differs from the one before, first
    ///   from within this initializer. One call at a time, and the next poll waits for it.
    /// - Throws: if the file cannot be read. Nothing has been published then.
    package init(
        path: String,
        store: EndpointStore,
        metrics: DiscoveryMetrics,
        log: Log,
        pollInterval: Duration = defaultPollInterval,
        onChange: @escaping @Sendable (EndpointSnapshot) -> Void = { _ in }
    ) throws(EndpointsFileError) {
        let (file, identity) = try EndpointsFile.read(path)
        self.path = path
        self.store = store
        self.metrics = metrics
        self.log = log
        self.pollInterval = pollInterval
        self.onChange = onChange
        firstIdentity = identity
        publish(file)
    }

    /// Follows the file until the task is cancelled. A file that is gone or broken changes
    /// nothing: requests go on to the endpoints that were there last.
    package func run() async {
        var seen: FileIdentity? = firstIdentity
        while true {
            do { try await Task.sleep(for: pollInterval) } catch { return }
            seen = reload(ifNot: seen)
        }
    }

    /// Reads the file if it is not the one that was seen last. Returns what it has seen, for the
    /// next call: a broken file is reported once, and not read again until it changes.
    func reload(ifNot seen: FileIdentity?) -> FileIdentity? {
        let found = FileIdentity(of: path)
        guard found != seen else { return seen }
        do throws(EndpointsFileError) {
            let (file, identity) = try EndpointsFile.read(path)
            metrics.fileReloads.add()
            publish(file)
            return identity
        } catch {
            metrics.fileReloadErrors.add()
            log.error(
                "the endpoints file is not taken over; the last endpoints stay",
                ["path": path, "reason": error.description]
            )
            return found
        }
    }

    private func warn(of warnings: [String]) {
        for warning in warnings.prefix(Self.warningsMax) {
            log.warning(
                "a label in the endpoints file is not understood",
                ["path": path, "reason": warning]
            )
        }
        guard warnings.count > Self.warningsMax else { return }
        log.warning(
            "more labels in the endpoints file are not understood",
            ["path": path, "labels": String(warnings.count - Self.warningsMax)]
        )
    }

    private func publish(_ file: EndpointsFile) {
        warn(of: file.warnings)
        let before = store.snapshot.generation
        let snapshot = store.publish(file.members)
        metrics.readyEndpoints.set(Int64(snapshot.endpoints.count))
        guard snapshot.generation != before else { return }
        log.info(
            "endpoints changed",
            ["endpoints": String(snapshot.endpoints.count), "path": path]
        )
        onChange(snapshot)
    }
}

import Bytes
package import Domain
package import Telemetry
import YAML

/// Keeps the pool equal to a file.
package struct EndpointsFileWatcher: Sendable {
    private let path: String
    private let store: EndpointStore
    private let metrics: DiscoveryMetrics
    private let log: Log
    private let pollInterval: Duration
    private let onChange: @Sendable (EndpointSnapshot) -> Void
    private let firstIdentity: FileIdentity?

    /// Reads the file and publishes its endpoints, before this returns.
    ///
    /// - Parameter onChange: called with each published snapshot, the first one included.
    /// - Throws: if the file cannot be read or has an error: nothing is served without a pool.
    package init(
        path: String,
        store: EndpointStore,
        metrics: DiscoveryMetrics,
        log: Log,
        pollInterval: Duration = .milliseconds(200),
        onChange: @escaping @Sendable (EndpointSnapshot) -> Void
    ) throws {
        self.path = path
        self.store = store
        self.metrics = metrics
        self.log = log
        self.pollInterval = pollInterval
        self.onChange = onChange
        // Before reading: a change in between is then seen as one.
        firstIdentity = FileIdentity(of: path)
        try load()
    }

    /// Follows the file until the task is cancelled. A version with an error is reported and
    /// leaves the last good pool in place.
    package func run() async {
        var identity = firstIdentity
        while (try? await Task.sleep(for: pollInterval)) != nil {
            let current = FileIdentity(of: path)
            guard current != identity else { continue }
            identity = current
            do {
                try load()
                metrics.reloads.add()
            } catch {
                metrics.reloadErrors.add()
                log.error(
                    "endpoints file not taken over; the last good pool stays",
                    ["file": path, "reason": "\(error)"]
                )
            }
        }
    }

    private func load() throws {
        let bytes = try FileContents.read(path, bytesMax: YAMLParser.bytesMax)
        let entries: [EndpointEntry]
        do {
            entries = try EndpointsFile.parse(bytes)
        } catch {
            throw EndpointsFileError(path: path, error: error)
        }
        let snapshot = store.publish(entries)
        metrics.readyEndpoints.set(Int64(entries.count))
        onChange(snapshot)
        log.info("endpoints", ["file": path, "count": "\(entries.count)"])
    }
}

/// Why a file is not a pool.
package struct EndpointsFileError: Error, Equatable, Sendable, CustomStringConvertible {
    let path: String
    let error: YAMLError

    package var description: String { "\(path), \(error)" }
}

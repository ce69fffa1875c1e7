import Files
import Synchronization
import Telemetry
import Threads

/// Follows a configuration file: takes over what it says when it changes, or on SIGHUP, if all of
/// it is right. What is wrong changes nothing.
///
/// The file is polled, as the endpoints file is (`EndpointsFileWatcher`).
struct ConfigReloader: Sendable {
    private let path: String
    private let apply: @Sendable ([UInt8]) throws -> Void
    private let reloads: Counter
    private let failures: Counter
    private let loadedAt: Gauge
    private let log: Log
    private let pollInterval: Duration
    private let byteCountMax: Int
    /// Of the file that was read last, right or wrong: a wrong one is reported once.
    private let seen: SeenFile

    /// - Parameters:
    ///   - identity: of the file as it was read at start.
    ///   - apply: checks a document and follows it, or throws and changes nothing.
    init(
        path: String,
        identity: FileIdentity,
        byteCountMax: Int,
        registry: MetricsRegistry,
        log: Log,
        pollInterval: Duration = .milliseconds(500),
        apply: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.path = path
        self.apply = apply
        self.byteCountMax = byteCountMax
        self.log = log
        self.pollInterval = pollInterval
        seen = SeenFile(identity)
        func counter(_ result: String) -> Counter {
            registry.counter(
                "warmpath_config_reloads_total",
                "Times that the scheduling configuration was read again.",
                [.init("result", result)]
            )
        }
        reloads = counter("ok")
        failures = counter("error")
        loadedAt = registry.gauge(
            "warmpath_config_last_reload_successful",
            "Whether the configuration file as it is now is the one that is followed."
        )
        loadedAt.set(1)
    }

    /// Follows the file until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: pollInterval)) != nil { reload(always: false) }
            }
            group.addTask {
                await HangupSignal.forEach { reload(always: true) }
            }
            await group.waitForAll()
        }
    }

    /// - Parameter always: reads the file even if it seems to be the same.
    func reload(always: Bool) {
        seen.identity.withLock { identity in
            let found = FileIdentity(of: path)
            guard always || found != identity else { return }
            do {
                let contents = try FileContents(of: path, byteCountMax: byteCountMax)
                identity = contents.identity
                try apply(contents.bytes)
                reloads.add()
                loadedAt.set(1)
                log.info("the configuration is followed as it is now", ["path": path])
            } catch {
                identity = found
                failures.add()
                loadedAt.set(0)
                log.error(
                    "the configuration is not taken over; the last good one stays",
                    ["path": path, "reason": "\(error)"]
                )
            }
        }
    }

    private final class SeenFile: Sendable {
        let identity: Mutex<FileIdentity?>
        init(_ identity: FileIdentity?) { self.identity = Mutex(identity) }
    }
}

import CommandLineArguments
import Telemetry

/// Options of llm-d's endpoint picker that change nothing here, and whose absence harms nobody:
/// accepted, so that its manifests start Warmpath as they are, and named in a warning. Options
/// that would change what is served, or to whom, are not among them: to ignore those would be
/// worse than to refuse to start.
enum IgnoredOptions {
    private static let flags = [
        "allow-experimental-plugins", "enable-grpc-stream-metrics", "enable-pprof",
        "tracing",
    ].map { Option(flag: $0, help: "Ignored.") }

    private static let values = [
        "grpc-max-send-msg-size", "metrics-staleness-threshold", "pool-group", "pool-namespace",
        "refresh-prometheus-metrics-interval", "v",
        "zap-devel", "zap-encoder", "zap-log-level", "zap-stacktrace-level", "zap-time-encoding",
    ].map { Option<String?>($0, "VALUE", default: nil, help: "Ignored.") }

    static let section = Command.Section(
        "Accepted for llm-d's manifests, without effect",
        flags + values
    )

    static func warn(of arguments: Arguments, in log: Log) {
        let given =
            flags.filter(arguments.contains).map(\.name)
            + values.filter(arguments.contains).map(\.name)
        for name in given { log.warning("--\(name) has no effect") }
    }
}

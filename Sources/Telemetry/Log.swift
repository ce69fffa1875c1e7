import Glibc
import Synchronization

/// Writes one JSON object a line to standard error. May be used from any thread.
///
/// A message and its fields are built only if the level is on. Values are escaped, so that a
/// client's text cannot start a line of its own.
package struct Log: Sendable {
    package enum Level: String, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        private var severity: Int {
            switch self {
            case .debug: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.severity < right.severity }
    }

    package let level: Level
    private let write: @Sendable (String) -> Void

    /// Logs to standard error, a line in one write, so that threads do not mix theirs.
    package init(level: Level) {
        self.init(level: level) { line in
            var line = line
            line.withUTF8 { unsafe _ = Glibc.write(2, $0.baseAddress, $0.count) }
        }
    }

    package init(level: Level, write: @escaping @Sendable (String) -> Void) {
        self.level = level
        self.write = write
    }

    package func debug(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        log(.debug, message(), fields())
    }

    package func info(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        log(.info, message(), fields())
    }

    package func warning(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        log(.warning, message(), fields())
    }

    package func error(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        log(.error, message(), fields())
    }

    private func log(
        _ level: Level,
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<String, String>
    ) {
        guard level >= self.level else { return }
        var line = "{\"ts\":\"\(Log.timestamp())\",\"level\":\"\(level.rawValue)\",\"msg\":"
        Log.appendQuoted(message(), to: &line)
        for (key, value) in fields() {
            line += ","
            Log.appendQuoted(key, to: &line)
            line += ":"
            Log.appendQuoted(value, to: &line)
        }
        write(line + "}\n")
    }

    /// Now, in UTC, as RFC 3339 with milliseconds.
    private static func timestamp() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        var parts = unsafe tm()
        unsafe gmtime_r(&now.tv_sec, &parts)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date =
            unsafe "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        let time =
            unsafe "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
        return "\(date)T\(time).\(padded(now.tv_nsec / 1_000_000, 3))Z"
    }

    private static func appendQuoted(_ text: String, to line: inout String) {
        let hex = Array("0123456789abcdef".unicodeScalars)
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case _ where scalar.value < 0x20:
                line += "\\u00"
                line.unicodeScalars.append(hex[Int(scalar.value >> 4)])
                line.unicodeScalars.append(hex[Int(scalar.value & 15)])
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}

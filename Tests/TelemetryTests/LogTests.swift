import Synchronization
import Telemetry
import Testing

@Suite struct LogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func lines(level: Log.Level, _ use: (Log) -> Void) -> [String] {
        let lines = Lines()
        use(Log(level: level) { line in lines.all.withLock { $0.append(line) } })
        return lines.all.withLock { $0 }
    }

    @Test func `a line is one JSON object, whatever the values hold`() {
        let lines = lines(level: .info) { $0.info("hi", ["id": "a\"\n\u{1}b\\"]) }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(#""level":"info","msg":"hi","id":"a\"\n\u0001b\\"}"# + "\n"))
    }

    @Test func `a message below the level is not even built`() {
        var built = false
        func message() -> String {
            built = true
            return "x"
        }
        #expect(lines(level: .warning) { $0.info(message(), ["id": message()]) }.isEmpty)
        #expect(!built)
    }
}

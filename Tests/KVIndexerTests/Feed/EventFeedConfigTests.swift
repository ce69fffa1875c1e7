import KVIndexer
import Testing

@Suite struct EventFeedConfigTests {
    @Test func `what would not work is refused with its name`() {
        let settings: [(String, WritableKeyPath<EventFeedConfig, Int>)] = [
            ("events.threadCount", \.threadCount),
            ("events.uncertainSeconds", \.uncertainSeconds),
            ("events.retryMilliseconds", \.retryMilliseconds),
            ("events.replay.concurrency", \.replay.concurrency),
            ("events.replay.heldBytesMax", \.replay.heldBytesMax),
            ("events.replay.attemptsMax", \.replay.attemptsMax),
        ]
        for (name, setting) in settings {
            var config = KVIndexerConfig()
            config.events[keyPath: setting] = 0
            let changed = config
            #expect(throws: KVIndexerConfigError.tooSmall(name, atLeast: 1)) {
                try changed.validated()
            }
        }
    }
}

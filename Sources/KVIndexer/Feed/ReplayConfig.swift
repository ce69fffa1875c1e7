/// How lost batches are asked for again. Engines keep the last 10,000 or so.
package struct ReplayConfig: Equatable, Sendable {
    /// A replay that takes longer has failed.
    package var timeoutMilliseconds = 120_000
    /// An engine that says nothing for this long is asked again.
    package var idleMilliseconds = 2_000
    /// Times that an engine is asked in a row without sending anything new.
    package var attemptsMax = 3
    /// Replays that run at once in this process; others wait.
    package var concurrency = 8
    /// Live batches wait no longer than this for their publisher's turn. It keeps its place among
    /// the others, and has its replay later.
    package var turnMilliseconds = 5_000
    /// Live batches of one publisher that wait for the end of its replay. Beyond it the replay
    /// has failed, and they are applied.
    package var heldBytesMax = 64 << 20
    /// The same of all publishers together.
    package var heldBytesTotalMax = 1 << 30
    /// After a replay has failed, none is asked for during this time.
    package var cooldownMilliseconds = 30_000

    package init() {}

    func validated() throws(KVIndexerConfigError) {
        let leasts = [
            ("timeoutMilliseconds", timeoutMilliseconds), ("idleMilliseconds", idleMilliseconds),
            ("attemptsMax", attemptsMax), ("concurrency", concurrency),
            ("turnMilliseconds", turnMilliseconds),
            ("heldBytesMax", heldBytesMax), ("heldBytesTotalMax", heldBytesTotalMax),
            ("cooldownMilliseconds", cooldownMilliseconds),
        ]
        for (name, value) in leasts where value < 1 {
            throw .tooSmall("events.replay.\(name)", atLeast: 1)
        }
    }
}

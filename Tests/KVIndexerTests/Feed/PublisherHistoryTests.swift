import KVIndexer
import Randomness
import Testing

@Suite struct PublisherHistoryTests {
    private func history(
        _ seed: UInt64,
        canReplay: Bool,
        ringCount: Int = 1_000,
        _ chances: PublisherHistory.Chances
    ) -> PublisherHistory {
        var history = PublisherHistory(
            canReplay: canReplay,
            ringCount: ringCount,
            chances: chances,
            random: SplitMix64(seed: seed)
        )
        for _ in 0..<200 { history.step() }
        history.settle()
        return history
    }

    private func isRun(_ batches: [StreamPosition]) -> Bool {
        zip(batches, batches.dropFirst()).allSatisfy { $0.number + 1 == $1.number }
    }

    /// Whether what is trusted is the last that the engine has said.
    private func isEnd(_ history: PublisherHistory) -> Bool {
        history.published.suffix(history.confirmed.count).elementsEqual(history.confirmed)
    }

    /// Every batch is applied once and in order, although most go wrong on the way.
    @Test func `with a buffer that has everything, everything is known in the end`() {
        var chances = PublisherHistory.Chances()
        (chances.loss, chances.repetition) = (0.2, 0.1)
        (chances.restart, chances.blip) = (0.1, 0.2)
        var failureCount = 0
        for seed in 0..<3_000 as Range<UInt64> {
            let history = history(seed, canReplay: true, chances)
            // Connections that are lost again and again end a replay, too.
            if history.outcomes.contains(.failed) {
                failureCount += 1
                continue
            }
            #expect(history.confirmed == history.published, "seed \(seed)")
            #expect(history.uncertain.isEmpty, "seed \(seed)")
        }
        #expect(failureCount < 1_000)
    }

    @Test func `whatever happens, only an unbroken run up to the end is trusted`() {
        var chances = PublisherHistory.Chances()
        (chances.loss, chances.repetition) = (0.2, 0.1)
        (chances.restart, chances.blip) = (0.1, 0.2)
        (chances.silence, chances.hole) = (0.3, 0.1)
        for seed in 0..<3_000 as Range<UInt64> {
            let history = history(seed, canReplay: true, ringCount: 8, chances)
            #expect(isRun(history.confirmed), "seed \(seed)")
            #expect(isEnd(history), "seed \(seed)")
            #expect(!history.confirmed.isEmpty, "seed \(seed)")
        }
    }

    @Test func `without replays, nothing is trusted that came before the last connection`() {
        var chances = PublisherHistory.Chances()
        (chances.loss, chances.restart, chances.blip) = (0.5, 0.1, 0.2)
        for seed in 0..<3_000 as Range<UInt64> {
            let history = history(seed, canReplay: false, chances)
            #expect(isRun(history.confirmed), "seed \(seed)")
            #expect(isEnd(history), "seed \(seed)")
        }
    }

    @Test func `without replays, what follows the last loss is trusted, and all else is not`() {
        var chances = PublisherHistory.Chances()
        (chances.loss, chances.repetition) = (0.1, 0.1)
        for seed in 0..<3_000 as Range<UInt64> {
            let history = history(seed, canReplay: false, chances)
            #expect(isRun(history.confirmed), "seed \(seed)")
            #expect(isEnd(history), "seed \(seed)")
            let known = history.confirmed.count + history.uncertain.count
            let first = (history.uncertain.first ?? history.confirmed.first)?.number ?? 0
            #expect(UInt64(known) + history.lostCount + first == UInt64(history.published.count))
        }
    }
}

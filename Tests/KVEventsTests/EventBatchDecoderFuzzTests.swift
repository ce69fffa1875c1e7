import Domain
import Foundation
import KVIndexer
import Telemetry
import Testing
import Randomness

/// Mutates recorded payloads: whatever an engine sends, nothing may trap.
@Suite struct EventBatchDecoderFuzzTests {
    /// Set `WARMPATH_FUZZ_RUNS` for a longer search.
    private let runs =
        ProcessInfo.processInfo.environment["WARMPATH_FUZZ_RUNS"].flatMap { Int($0) } ?? 20_000

    @Test func `a mutated payload is decoded or refused, and the index stays usable`() throws {
        let payloads = try ["native-0.33", "v0.22", "v0.10.2"].flatMap(Fixtures.trace).map(
            \.payload
        )
        var random = SplitMix64(seed: 20_260_601)
        let index = InMemoryIndex(keysMax: 4_000)
        let metrics = KVIndexerMetrics.unread()
        var config = KVIndexerConfig()
        config.blockSize = .init(tokenCount: 4)
        var intake = EventIntake(
            for: .init(rawValue: 1),
            to: index,
            config: config,
            metrics: metrics
        )
        for run in 0..<runs {
            let payload = mutated(payloads[random.below(payloads.count)], &random)
            intake.receive(
                topic: payload.span.extracting(first: 1),
                number: UInt64(run),
                payload: payload.span
            )
        }
        let outcomes = metrics.batchesApplied.value + metrics.batchesUndecodable.value
        #expect(outcomes == UInt64(runs))
        #expect(metrics.batchesApplied.value > UInt64(runs / 20))  // mutations reach the fields
        #expect(metrics.eventsMalformed.value > 0)
        #expect(index.keyCount <= 4_000)
        intake.end()
        #expect(index.keyCount == 0)
    }

    private func mutated(_ payload: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var payload = payload
        for _ in 0...random.below(4) {
            let place = random.below(payload.count)
            switch random.below(6) {
            case 0: payload[place] ^= 1 << random.below(8)
            case 1: payload[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: payload[place] = 0xC0 + UInt8(random.below(0x30))  // another type
            case 3: payload.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 4 where payload.count > 1: payload.remove(at: place)
            default: payload.removeLast(min(random.below(8), payload.count - 1))
            }
        }
        return payload
    }
}

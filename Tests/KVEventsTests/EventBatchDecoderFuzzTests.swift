import Foundation
import KVEvents
import Randomness
import Testing

/// Mutates recorded payloads: whatever an engine sends, nothing may trap.
@Suite struct EventBatchDecoderFuzzTests {
    /// `WARMPATH_FUZZ` asks for a longer search: a million inputs if it is 20000.
    private let runs = max(
        20_000,
        50 * (ProcessInfo.processInfo.environment["WARMPATH_FUZZ"].flatMap { Int($0) } ?? 0)
    )

    @Test func `a mutated payload is decoded or refused, and the decoder stays usable`() throws {
        let payloads = try Fixtures.payloads()
        let sound = try decode(payloads[0])
        var random = SplitMix64(seed: 20_260_601)
        var decoder = EventBatchDecoder()
        var (refused, malformed, told) = (0, 0, 0)
        for run in 0..<runs {
            let payload = mutated(payloads[random.below(payloads.count)], &random)
            var collector = EventCollector()
            do {
                let summary = try decoder.decode(payload.span, into: &collector)
                malformed += summary.malformedEventCount
            } catch {
                refused += 1
            }
            told += collector.events.count
            if run.isMultiple(of: 100) {
                #expect(try decode(payloads[0], with: &decoder) == sound)
            }
        }
        // The mutations reach the framing and the fields, and leave some events whole.
        #expect(refused > runs / 20)
        #expect(malformed > runs / 100)
        #expect(told > runs / 20)
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

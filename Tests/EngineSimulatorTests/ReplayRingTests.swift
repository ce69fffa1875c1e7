import Testing

@testable import EngineSimulator

@Suite struct ReplayRingTests {
    private func numbers(_ ring: ReplayRing, from number: UInt64) -> [UInt64] {
        ring.batches(from: number).map(\.number)
    }

    @Test func `the last batches are there, and no older ones`() {
        var ring = ReplayRing(countMax: 3)
        #expect(numbers(ring, from: 0).isEmpty)
        for number in 0..<2 as Range<UInt8> { ring.append([number]) }
        #expect(numbers(ring, from: 0) == [0, 1])
        #expect(numbers(ring, from: 1) == [1])
        #expect(numbers(ring, from: 2).isEmpty)
        for number in 2..<8 as Range<UInt8> { ring.append([number]) }
        #expect(numbers(ring, from: 0) == [5, 6, 7])
        #expect(ring.batches(from: 6).map(\.payload) == [[6], [7]])
        #expect(numbers(ring, from: .max).isEmpty)
    }
}

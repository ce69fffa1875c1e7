import Domain
import Scheduling
import Scorers
import Testing

/// How often each of `count` candidates comes at each place of the picks of many requests.
private func counts(
    _ picker: some Picker,
    totals: [Double],
    places: Int,
    requests: UInt64 = 20_000
) -> [[Int]] {
    var context = SchedulingContext.fake(totals.indices.map { .fake(UInt32($0)) })
    var counts = [[Int]](repeating: [Int](repeating: 0, count: totals.count), count: places)
    for rotation in 0..<requests {
        context.rotation = rotation
        let picked = picker.pick(from: context.everyone, totals: totals, in: context)
        precondition(Set(picked).count == places, "\(picked) has an endpoint twice")
        for (place, position) in picked.enumerated() { counts[place][Int(position)] += 1 }
    }
    return counts
}

private func picks(_ picker: some Picker, totals: [Double]) -> [[Int32]] {
    (UInt64(0)..<32).map { rotation in
        let context = SchedulingContext.fake(
            totals.indices.map { .fake(UInt32($0)) },
            rotation: rotation
        )
        return picker.pick(from: context.everyone, totals: totals, in: context)
    }
}

@Suite struct RandomPickerTests {
    @Test func `every candidate comes about as often at every place, whatever its total`() {
        let counts = counts(RandomPicker(endpointsMax: 3), totals: [1, 0, 0, 0, 0.5], places: 3)
        // 4000 are to be expected of each, with a standard deviation of 57.
        #expect(counts.allSatisfy { $0.allSatisfy { (3770...4230).contains($0) } }, "\(counts)")
    }

    @Test func `a small pool is picked whole, in any order`() {
        let counts = counts(RandomPicker(endpointsMax: 9), totals: [0, 0], places: 2)
        #expect(counts[0].allSatisfy { (9700...10_300).contains($0) }, "\(counts)")
    }

    @Test func `the pick follows from seed and rotation alone`() {
        let totals = [Double](repeating: 0, count: 9)
        let picker = { picks(RandomPicker(seed: $0), totals: totals) }
        #expect(picker(1) == picker(1))
        #expect(picker(1) != picker(2))
    }
}

@Suite struct WeightedRandomPickerTests {
    @Test func `the chance to come first is in proportion to the total`() {
        let totals = [1, 2, 3, 0, 4]
        let counts = counts(WeightedRandomPicker(), totals: totals.map(Double.init), places: 3)
        for (count, total) in zip(counts[0], totals) {
            #expect(abs(count - 2000 * total) <= 280, "\(counts[0])")
        }
    }

    @Test func `the chance to come second is in proportion among those that are left`() {
        let counts = counts(WeightedRandomPicker(), totals: [1, 2, 3], places: 3)
        // For each way to lose the first place to another, that way's chance times its own then.
        let expected = [
            2.0 / 6 * (1.0 / 4) + 3.0 / 6 * (1.0 / 3),
            1.0 / 6 * (2.0 / 5) + 3.0 / 6 * (2.0 / 3),
            1.0 / 6 * (3.0 / 5) + 2.0 / 6 * (3.0 / 4),
        ]
        for (count, share) in zip(counts[1], expected) {
            #expect(abs(Double(count) - 20_000 * share) <= 280, "\(counts[1])")
        }
    }

    @Test func `what has no chance comes after all that have, in any order`() {
        let counts = counts(WeightedRandomPicker(), totals: [0, 1, 0], places: 3)
        #expect(counts[0] == [0, 20_000, 0])
        #expect((9700...10_300).contains(counts[1][0]), "\(counts[1])")
    }

    @Test func `with nothing to choose by, chances are equal`() {
        let counts = counts(WeightedRandomPicker(), totals: [0, 0, 0, 0], places: 3)
        #expect(counts[0].allSatisfy { (4750...5250).contains($0) }, "\(counts[0])")
    }

    @Test func `totals at the ends of what numbers can say are no danger`() {
        let totals = [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan, -1]
        let picked = picks(WeightedRandomPicker(endpointsMax: 6), totals: totals)
        #expect(picked.allSatisfy { Set($0).count == 6 && $0.prefix(2) == [3, 2] })
    }

    @Test func `the pick follows from seed and rotation alone`() {
        let totals = [1, 2, 3, 4, 5, 6].map(Double.init)
        let picker = { picks(WeightedRandomPicker(seed: $0), totals: totals) }
        #expect(picker(1) == picker(1))
        #expect(picker(1) != picker(2))
    }
}

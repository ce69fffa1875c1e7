import Domain
import Scheduling
import Scorers
import Testing

@Suite struct MaxScorePickerTests {
    /// - Parameter lastPicks: by position; what is missing was never picked.
    private func pick(
        _ totals: [Double],
        lastPicks: [UInt64] = [],
        endpointsMax: Int = 3
    ) -> [Int32] {
        let context = SchedulingContext.fake(
            totals.indices.map { .fake(UInt32($0)) },
            loads: lastPicks.map { number in .fake { $0.lastPick = number } }
        )
        return MaxScorePicker(endpointsMax: endpointsMax)
            .pick(from: context.everyone, totals: totals, in: context)
    }

    @Test func `the best comes first, and the next best stand in for it`() {
        #expect(pick([0.25, 1, 0.5, 0.75]) == [1, 3, 2])
        #expect(pick([0.25, 1, 0.5, 0.75], endpointsMax: 1) == [1])
        #expect(pick([0.25, 1], endpointsMax: 9) == [1, 0])
    }

    @Test func `of equals the one that was picked least recently comes first`() {
        #expect(pick([1, 1, 0.5, 1], lastPicks: [7, 3, 1, 5]) == [1, 3, 0])
        #expect(pick([1, 1, 1], lastPicks: [7, 3, 0]) == [2, 1, 0])
        #expect(pick([0, 0, 0, 0]) == [0, 1, 2])
    }

    @Test func `what is picked are positions in the pool, not among the candidates`() {
        let context = SchedulingContext.fake((0..<9).map { .fake($0) })
        let picked = MaxScorePicker()
            .pick(from: Candidates([2, 5, 8]), totals: [0.1, 0.3, 0.2], in: context)
        #expect(picked == [5, 8, 2])
    }

    @Test func `it agrees with sorting all`() {
        var state: UInt64 = 1
        func number(below bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for _ in 0..<500 {
            let count = Int(number(below: 12)) + 1
            let totals = (0..<count).map { _ in Double(number(below: 4)) }
            let lastPicks = (0..<count).map { _ in number(below: 4) }
            let sorted = (0..<count).sorted {
                (-totals[$0], lastPicks[$0], $0) < (-totals[$1], lastPicks[$1], $1)
            }
            let endpointsMax = Int(number(below: 5)) + 1
            let picked = pick(totals, lastPicks: lastPicks, endpointsMax: endpointsMax)
            #expect(picked == sorted.prefix(endpointsMax).map(Int32.init))
        }
    }

    /// A question that always has one follow-up meets ties at every other request only.
    @Test(arguments: [1, 2, 3, 4])
    func `ties go to each in turn, whatever rhythm they come in`(step: UInt64) {
        var context = SchedulingContext.fake((0..<4).map { .fake($0) })
        var counts = [0, 0, 0, 0]
        for number in UInt64(1)...(300 * step) {
            let isTie = number.isMultiple(of: step)
            let picked = MaxScorePicker()
                .pick(
                    from: context.everyone,
                    totals: isTie ? [1, 1, 1, 0] : [0, 0, 0, 1],
                    in: context
                )
            if isTie { counts[Int(picked[0])] += 1 }
            context.loads[Int(picked[0])].lastPick = number
        }
        #expect(counts == [100, 100, 100, 0])
    }
}

import Scheduling
import Testing

@Suite struct CandidatesTests {
    @Test func `a reset takes in the whole pool, however large the last one was`() {
        var candidates = Candidates([7, 9])
        candidates.reset(count: 4)
        #expect(candidates == Candidates(0..<4))
        candidates.reset(count: 2)
        #expect(candidates == Candidates([0, 1]))
        candidates.reset(count: 0)
        #expect(candidates.isEmpty)
    }

    @Test func `those that are kept stay in order`() {
        var candidates = Candidates(0..<6)
        candidates.keep { $0 % 2 == 1 }
        #expect(candidates == Candidates([1, 3, 5]))
        candidates.keep { $0 != 3 }
        #expect(candidates == Candidates([1, 5]))
        #expect(candidates.count == 2)
        #expect(candidates[1] == 5)
        candidates.keep { _ in false }
        #expect(candidates.isEmpty)
    }

    @Test func `each is asked about once, in ascending order`() {
        var candidates = Candidates([2, 4, 8])
        var asked: [Int] = []
        candidates.keep {
            asked.append($0)
            return $0 != 4
        }
        #expect(asked == [2, 4, 8])
    }
}

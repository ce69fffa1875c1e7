import Scheduling
import Testing

@Suite struct CandidatesPreferenceTests {
    @Test(arguments: [([1, 5], [1, 5]), ([5, 7], [5]), ([2, 7], [1, 3, 5]), ([], [1, 3, 5])])
    func `those preferred are kept, or all if there are none`(preferred: [Int], kept: [Int]) {
        var candidates = Candidates([1, 3, 5])
        candidates.keepPreferred(where: preferred.contains)
        #expect(candidates == Candidates(kept))
    }

    @Test func `asking whether any meets a condition ends at the first that does`() {
        let candidates = Candidates([1, 3, 5])
        var asked: [Int] = []
        let isAny = candidates.contains {
            asked.append($0)
            return $0 == 3
        }
        #expect(isAny)
        #expect(asked == [1, 3])
        #expect(!candidates.contains { $0 > 5 })
    }

    @Test func `one can be kept alone`() {
        var candidates = Candidates([1, 3, 5])
        candidates.keepOnly(3)
        #expect(candidates == Candidates([3]))
    }
}

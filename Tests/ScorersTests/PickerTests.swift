import Domain
import Scheduling
import Scorers
import Testing

private func candidates(_ scores: [Double]) -> [ScoredEndpoint] {
    scores.enumerated().map { ScoredEndpoint(endpoint: .fake(UInt32($0)), score: $1) }
}

@Suite struct MaxScorePickerTests {
    private func picks(_ scores: [Double], rotations: Range<UInt64>) -> [UInt32] {
        rotations.map { rotation in
            MaxScorePicker().pick(from: candidates(scores), in: .fake(rotation: rotation))
                .endpoint.id.rawValue
        }
    }

    @Test func `the best is picked, whoever's turn it is`() {
        #expect(picks([0.25, 1, 0.5], rotations: 0..<4) == [1, 1, 1, 1])
    }

    @Test func `the best take turns among themselves`() {
        #expect(picks([1, 0.5, 1, 1, 0], rotations: 0..<6) == [0, 2, 3, 0, 2, 3])
        #expect(picks([0, 0], rotations: (.max - 1)..<UInt64.max) == [0])
    }
}

@Suite struct RandomPickerTests {
    private func pick(_ picker: RandomPicker, rotation: UInt64) -> Int {
        Int(
            picker.pick(from: candidates([1, 0, 0, 0]), in: .fake(rotation: rotation))
                .endpoint.id.rawValue
        )
    }

    @Test func `every candidate is picked about as often, whatever its score`() {
        var counts = [0, 0, 0, 0]
        for rotation in 0..<4000 { counts[pick(RandomPicker(), rotation: UInt64(rotation))] += 1 }
        #expect(counts.allSatisfy { (900...1100).contains($0) }, "\(counts)")
    }

    @Test func `the pick follows from seed and rotation alone`() {
        let picks = { (seed: UInt64) in
            (0..<32).map { pick(RandomPicker(seed: seed), rotation: $0) }
        }
        #expect(picks(1) == picks(1))
        #expect(picks(1) != picks(2))
    }
}

import Domain
import Scheduling
import Scorers
import Testing

private func candidates(_ scores: [Double]) -> [ScoredEndpoint] {
    scores.enumerated().map { ScoredEndpoint(endpoint: .fake(UInt32($0)), score: $1) }
}

@Suite struct MaxScorePickerTests {
    private func picks(_ scores: [Double], rotations: some Sequence<UInt64>) -> [UInt32] {
        rotations.map { rotation in
            MaxScorePicker().pick(from: candidates(scores), in: .fake(rotation: rotation))
                .endpoint.id.rawValue
        }
    }

    @Test func `the best is picked, whoever's turn it is`() {
        #expect(picks([0.25, 1, 0.5], rotations: UInt64(0)..<4) == [1, 1, 1, 1])
    }

    /// A question that always has one follow-up meets ties at every other request only.
    @Test(arguments: [1, 2, 3, 4])
    func `the best share ties evenly, whatever rhythm ties come in`(step: UInt64) {
        let rotations = stride(from: 0, to: 3000 * step, by: Int(step))
        let picked = picks([1, 0.5, 1, 1, 0], rotations: rotations)
        let counts = Dictionary(grouping: picked) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == [0, 2, 3])
        #expect(counts.values.allSatisfy { (900..<1100).contains($0) })
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

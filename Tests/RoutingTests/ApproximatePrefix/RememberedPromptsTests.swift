import Domain
import Testing

@testable import Routing

@Suite struct RememberedPromptsTests {
    private var remembered = RememberedPrompts()

    init() { _ = remembered.follow(.numbered(1...3)) }

    /// Blocks by their names: those of one prompt must not begin like those of another.
    private func prompt(_ blocks: some Sequence<UInt64>) -> ApproximatePrompt {
        ApproximatePrompt(blockTokens: 64, blocks: Array(blocks))
    }

    private mutating func record(
        _ prompt: ApproximatePrompt,
        at endpoint: Int,
        blocks: Int = 1000,
        runs: Int = 1000
    ) {
        remembered.record(prompt, at: endpointID(endpoint)) { _ in
            RememberedPrompts.Room(blocks: blocks, runs: runs)
        }
    }

    private mutating func blocks(of prompt: ApproximatePrompt, at endpoint: Int) -> Int {
        remembered.matches(of: prompt).blocks(at: endpointID(endpoint))
    }

    @Test mutating func `prompts share the run that they begin with`() {
        record(prompt(1...100), at: 1)
        record(prompt([1, 2, 3, 201, 202]), at: 2)
        #expect(remembered.runCount == 3)
        record(prompt([1, 2, 3, 301]), at: 3)
        #expect(remembered.runCount == 4)
        record(prompt(1...100), at: 3)
        #expect(remembered.runCount == 4)
        #expect(blocks(of: prompt(1...120), at: 1) == 100)
        #expect(blocks(of: prompt(1...120), at: 2) == 3)
        #expect(blocks(of: prompt(1...120), at: 3) == 100)
        #expect(blocks(of: prompt([1, 2, 3, 301, 302]), at: 3) == 4)
    }

    @Test mutating func `a run that is held in part is cut where a prompt ends`() {
        record(prompt(1...10), at: 1)
        record(prompt(1...10), at: 2)
        // Endpoint 1 keeps blocks 1...6 only.
        record(prompt(101...104), at: 1, blocks: 10)
        #expect(blocks(of: prompt(1...10), at: 1) == 6)
        record(prompt(1...8), at: 3)
        #expect((1...3).map { blocks(of: prompt(1...10), at: $0) } == [6, 10, 8])
        record(prompt(1...3), at: 3)
        #expect((1...3).map { blocks(of: prompt(1...10), at: $0) } == [6, 10, 8])
        // What is left of it goes as before: from its end.
        record(prompt(201...203), at: 1, blocks: 11)
        #expect((1...3).map { blocks(of: prompt(1...10), at: $0) } == [4, 10, 8])
    }

    @Test mutating func `what nobody holds any more is dropped with the cut before it`() {
        record(prompt(1...10), at: 1)
        record(prompt(101...104), at: 1, blocks: 10)
        record(prompt(1...6), at: 2)
        #expect(remembered.runCount == 2)
        #expect(blocks(of: prompt(1...10), at: 1) == 6)
    }

    @Test mutating func `two blocks with one name do no harm`() {
        for endpoint in [2, 3] { record(prompt([1]), at: endpoint) }
        for endpoint in [1, 2] { record(prompt([7, 8]), at: endpoint) }
        #expect((1...3).map { blocks(of: prompt([1, 7]), at: $0) } == [0, 2, 1])

        // The cut behind 2 would make a second run that starts with 7: all is forgotten instead.
        record(prompt([2, 7, 9]), at: 2)
        record(prompt([2, 5]), at: 3)
        #expect(remembered.blocks == 0)
        #expect(remembered.runCount == 0)
        record(prompt([3, 4]), at: 3)
        #expect(blocks(of: prompt([3, 4]), at: 3) == 2)
        _ = remembered.follow(.numbered([], generation: 2))
        remembered.dropLeaving(runsMax: 1000)
        #expect(remembered.runCount == 0)
    }

    @Test mutating func `runs have a bound of their own`() {
        for number in 0..<10 as Range<UInt64> {
            record(prompt([100 + number, 200 + number]), at: 1, runs: 4)
        }
        let known = (0..<10 as Range<UInt64>).map { blocks(of: prompt([100 + $0]), at: 1) }
        #expect(known == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
        #expect(remembered.runCount == 4)
        #expect(remembered.blocks == 8)
    }

    @Test mutating func `nothing is left of runs that nobody holds`() {
        for number in 0..<50 as Range<UInt64> {
            let own = (1...20).map { $0 > number % 20 ? $0 * 1000 + number : $0 }
            record(prompt(own), at: Int(1 + number % 3), blocks: 35)
        }
        _ = remembered.follow(.numbered([], generation: 2))
        remembered.dropLeaving(runsMax: 1000)
        #expect(remembered.runCount == 0)
        #expect(remembered.blocks == 0)
    }
}

import Domain
import EngineSimulator
import Testing

struct EngineCoreTests {
    private func core(_ change: (inout EngineConfig) -> Void = { _ in }) -> EngineCore {
        var config = EngineConfig()
        config.blockSize = 4
        config.blockCount = 17  // 16 and the null block
        config.prefillTokensPerSecond = 1000
        config.decodeStep = .milliseconds(10)
        config.decodeStepGrowth = .milliseconds(1)
        change(&config)
        return EngineCore(config, vocabulary: Vocabulary(tokenizer: WordTokenizer()))
    }

    private func prompt(_ range: Range<UInt32>) -> [TokenID] { range.map(TokenID.init(rawValue:)) }

    /// Plays steps until nothing is left to do. Returns each step's time and outputs.
    private func play(
        _ core: inout EngineCore
    ) -> (durations: [Duration], outputs: [[EngineCore.Output]]) {
        var (durations, outputs): ([Duration], [[EngineCore.Output]]) = ([], [])
        while let step = core.beginStep() {
            durations.append(step.duration)
            outputs.append(core.endStep(step))
        }
        return (durations, outputs)
    }

    @Test func `prefill takes the time of its tokens, decode that of a step`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<20), outputMax: 3)
        let (durations, outputs) = play(&core)
        #expect(durations == [.milliseconds(20), .milliseconds(10), .milliseconds(10)])
        #expect(outputs.map { $0.map(\.isLast) } == [[false], [false], [true]])
        #expect(core.pool.freeCount == 16)
    }

    @Test func `a cached prefix costs no prefill`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<20), outputMax: 1)
        _ = play(&core)
        core.submit(id: 2, prompt: prompt(0..<20), outputMax: 1)
        let (durations, outputs) = play(&core)
        // 19 tokens may come from the cache, which are 4 blocks.
        #expect(outputs.first?.first?.cachedCount == 16)
        #expect(durations == [.milliseconds(4)])
    }

    @Test func `a salt keeps the cache apart`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<20), outputMax: 1)
        _ = play(&core)
        core.submit(
            id: 2,
            prompt: prompt(0..<20),
            outputMax: 1,
            scope: TokenSequence.Scope(cacheSalt: "s")
        )
        #expect(play(&core).outputs.first?.first?.cachedCount == 0)
    }

    @Test func `running requests share a step`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<4), outputMax: 2)
        core.submit(id: 2, prompt: prompt(100..<104), outputMax: 2)
        let (durations, outputs) = play(&core)
        #expect(durations == [.milliseconds(8), .milliseconds(11)])
        #expect(outputs.map(\.count) == [2, 2])
    }

    @Test func `a long prompt is computed in several steps, between which others decode`() {
        var core = core { $0.stepTokensMax = 8 }
        core.submit(id: 1, prompt: prompt(0..<4), outputMax: 3)
        core.submit(id: 2, prompt: prompt(100..<112), outputMax: 1)
        let (durations, outputs) = play(&core)
        #expect(durations == [.milliseconds(8), .milliseconds(17), .milliseconds(11)])
        #expect(outputs.map { $0.map(\.id) } == [[1], [1], [1, 2]])
    }

    @Test func `a request waits until all its blocks fit beside those already promised`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<4), outputMax: 37)  // 10 of 16 blocks in the end
        core.submit(id: 2, prompt: prompt(100..<128), outputMax: 1)  // 7
        core.submit(id: 3, prompt: prompt(200..<204), outputMax: 1)  // 1, and waits its turn
        let first = core.beginStep()
        #expect(first?.admitted.count == 1)
        #expect(core.waiting.map(\.id) == [2, 3])
        if let first { _ = core.endStep(first) }
        _ = play(&core)
        #expect(core.pool.freeCount == 16)
    }

    @Test func `no more requests run than may`() {
        var core = core { $0.sequencesMax = 2 }
        for id in 1...3 { core.submit(id: UInt64(id), prompt: prompt(0..<4), outputMax: 2) }
        #expect(core.beginStep()?.admitted.count == 2)
        #expect(core.waiting.count == 1)
    }

    @Test func `an aborted request gives its blocks back, and its step ends without it`() throws {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<20), outputMax: 3)
        let begun = core.beginStep()
        let step = try #require(begun)
        core.abort(id: 1)
        #expect(core.endStep(step).isEmpty)
        #expect(core.pool.freeCount == 16)
        let isReset = core.reset()
        #expect(isReset)
    }

    @Test func `blocks that decoding fills are announced one by one`() {
        var core = core()
        core.submit(id: 1, prompt: prompt(0..<4), outputMax: 9)
        var stored: [Int] = []
        while let step = core.beginStep() {
            for case .blockStored(let blocks) in core.takeEvents() {
                stored.append(blocks.hashes.count)
            }
            _ = core.endStep(step)
        }
        #expect(stored == [1, 1, 1])  // 12 tokens are computed: the last is only an output
    }

    @Test func `the same prompt has the same answer, and another seed another`() {
        func words(seed: UInt64) -> [Int] {
            var core = core { $0.seed = seed }
            core.submit(id: 1, prompt: prompt(0..<20), outputMax: 8)
            return play(&core).outputs.flatMap { $0.map(\.word) }
        }
        #expect(words(seed: 1) == words(seed: 1))
        #expect(words(seed: 1) != words(seed: 2))
    }
}

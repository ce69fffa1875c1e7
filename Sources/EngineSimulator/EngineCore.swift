import BlockKeys
package import Domain

/// One engine's scheduler and KV cache: continuous batching with chunked prefill, as vLLM V1's.
/// Knows no clock: a step says how long it takes, and ends when it is told to.
///
/// Invariant: every running sequence can reach its end, because it is admitted only if the blocks
/// for its whole life are free. So nothing is ever preempted.
package struct EngineCore {
    /// What one step computes.
    package struct Step {
        fileprivate var scheduled: [(id: UInt64, tokenCount: Int)] = []
        package fileprivate(set) var prefillTokenCount = 0
        package fileprivate(set) var decodeCount = 0
        /// Sequences that left the waiting queue.
        package fileprivate(set) var admitted: [Admission] = []
        package fileprivate(set) var duration = Duration.zero
    }

    package struct Admission {
        package let promptCount: Int
        package let cachedCount: Int
    }

    /// A token that a step brought forth.
    package struct Output {
        package let id: UInt64
        package let word: Int
        package let cachedCount: Int
        package let isFirst: Bool
        package let isLast: Bool
    }

    private let config: EngineConfig
    private let hasher: BlockKeyHasher
    private let vocabulary: Vocabulary
    package private(set) var pool: BlockPool
    package private(set) var waiting: [TokenSequence] = []
    package private(set) var running: [TokenSequence] = []

    package init(_ config: EngineConfig, vocabulary: Vocabulary) {
        self.config = config
        self.vocabulary = vocabulary
        hasher = BlockKeyHasher(scheme: config.blockKeys)
        pool = BlockPool(blockCount: config.blockCount, blockSize: config.blockSize)
    }

    /// The most tokens that a sequence may have, prompt and answer.
    package static func sequenceTokensMax(_ config: EngineConfig) -> Int {
        min(config.sequenceTokensMax, (config.blockCount - 1) * config.blockSize)
    }

    /// The prompt and `outputMax` together must be within `sequenceTokensMax`, and neither empty.
    package mutating func submit(
        id: UInt64,
        prompt: [TokenID],
        outputMax: Int,
        scope: TokenSequence.Scope = TokenSequence.Scope()
    ) {
        let sequence = TokenSequence(
            id: id,
            prompt: prompt,
            outputMax: outputMax,
            scope: scope,
            hasher: hasher
        )
        waiting.append(sequence)
    }

    /// Gives a sequence up, wherever it is. Does nothing if it has ended.
    package mutating func abort(id: UInt64) {
        waiting.removeAll { $0.id == id }
        if let index = running.firstIndex(where: { $0.id == id }) {
            pool.release(running.remove(at: index).blocks)
        }
    }

    package mutating func reset() -> Bool { pool.reset() }
    package mutating func takeEvents() -> [CacheEvent] { pool.takeEvents() }

    /// Chooses what to compute next and makes room for it. Nil if there is nothing to do.
    package mutating func beginStep() -> Step? {
        guard !waiting.isEmpty || !running.isEmpty else { return nil }
        var step = Step()
        var budget = config.stepTokensMax
        for index in running.indices where budget > 0 {
            budget -= running[index].schedule(budget, in: &pool, &step)
        }
        while budget > 0, running.count < config.sequencesMax, let next = waiting.first {
            guard var sequence = admit(next) else { break }
            waiting.removeFirst()
            step.admitted.append(
                Admission(promptCount: sequence.promptCount, cachedCount: sequence.cachedCount)
            )
            budget -= sequence.schedule(budget, in: &pool, &step)
            running.append(sequence)
        }
        step.duration = duration(of: step)
        return step
    }

    /// Ends the step: sequences whose prompt is computed get one more token each.
    package mutating func endStep(_ step: Step) -> [Output] {
        var outputs: [Output] = []
        let done = Dictionary(uniqueKeysWithValues: step.scheduled.map { ($0.id, $0.tokenCount) })
        for index in running.indices {
            guard let tokenCount = done[running[index].id] else { continue }
            running[index].computedCount += tokenCount
            guard running[index].computedCount == running[index].tokens.count else { continue }
            outputs.append(running[index].generate(vocabulary, config.seed))
        }
        running.removeAll { sequence in
            guard sequence.outputCount == sequence.outputMax else { return false }
            pool.release(sequence.blocks)
            return true
        }
        return outputs
    }
}

extension EngineCore {
    /// Finds the prompt's cached blocks, and takes them if the whole sequence will fit.
    private mutating func admit(_ sequence: TokenSequence) -> TokenSequence? {
        let found = pool.cachedPrefix(of: sequence.usableHashes)
        let promised = running.reduce(0) { $0 + $1.finalBlockCount - $1.blocks.count }
        let taken = found.count { pool.isFree($0) }
        guard sequence.finalBlockCount - found.count <= pool.freeCount - taken - promised else {
            return nil
        }
        var sequence = sequence
        sequence.begin(with: found, in: &pool)
        return sequence
    }

    private func duration(of step: Step) -> Duration {
        let prefill = Double(step.prefillTokenCount) / config.prefillTokensPerSecond
        guard step.decodeCount > 0 else { return .seconds(prefill) }
        return .seconds(prefill) + config.decodeStep
            + config.decodeStepGrowth * (step.decodeCount - 1)
    }
}

extension TokenSequence {
    /// Makes room for the next tokens, at most `budget`. Returns how many there are.
    fileprivate mutating func schedule(
        _ budget: Int,
        in pool: inout BlockPool,
        _ step: inout EngineCore.Step
    ) -> Int {
        let tokenCount = min(budget, tokens.count - computedCount)
        makeRoom(forNext: tokenCount, in: &pool)
        step.scheduled.append((id, tokenCount))
        if outputCount == 0 { step.prefillTokenCount += tokenCount } else { step.decodeCount += 1 }
        return tokenCount
    }

    fileprivate mutating func generate(
        _ vocabulary: Vocabulary,
        _ seed: UInt64
    ) -> EngineCore.Output {
        let word = vocabulary.word(after: self, seed: seed)
        append(vocabulary.token(word, isFirst: outputCount == 0))
        return EngineCore.Output(
            id: id,
            word: word,
            cachedCount: cachedCount,
            isFirst: outputCount == 1,
            isLast: outputCount == outputMax
        )
    }
}

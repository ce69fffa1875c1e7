package import BlockKeys
import Domain

/// How one simulated engine behaves. The defaults resemble an 8B model on one data-center GPU.
package struct EngineConfig: Equatable, Sendable {
    package var name = "engine-0"
    package var model = "simulated-model"
    /// Served next to the model, under their own names.
    package var adapters: [LoRAAdapter] = []
    /// Adapters that can run at once: only told, not kept to.
    package var adaptersMax = 1
    /// `PYTHONHASHSEED` of the engine. Nil as vLLM 0.29 and later have it by default.
    package var hashSeed: String?
    package var blockSize = 16
    /// Raise it for an engine that remembers more: 4096 blocks of 16 are 65,536 tokens.
    package var blockCount = 4096
    /// Longer sequences, prompt and answer, are refused.
    package var sequenceTokensMax = 131_072
    package var sequencesMax = 256
    /// Tokens that one step computes at most: a longer prompt takes several steps.
    package var stepTokensMax = 8192
    package var prefillTokensPerSecond = 10_000.0
    /// A decode step for one sequence.
    package var decodeStep = Duration.milliseconds(10)
    /// What each further sequence adds to a decode step.
    package var decodeStepGrowth = Duration.microseconds(100)
    /// Completions that are refused before the first one is served.
    package var failingRequests = 0
    /// Seconds that are simulated per second.
    package var timeScale = 1.0
    /// Answers differ between seeds.
    package var seed: UInt64 = 0

    package init() {}

    /// What is wrong with the figures, if anything.
    package var problem: String? {
        if blockSize < 1 { return "a block holds at least one token" }
        if !canHashBlocks { return "a block is too large, or the name of an adapter too long" }
        if blockCount < 2 { return "an engine needs two blocks, of which vLLM keeps one" }
        if sequencesMax < 1 || stepTokensMax < sequencesMax {
            return "a step must hold a token of every running request"
        }
        if prefillTokensPerSecond <= 0 || timeScale <= 0 { return "speeds must be more than 0" }
        return nil
    }

    /// How blocks are named: as vLLM 0.31 and later do under
    /// `--prefix-caching-hash-algo sha256_cbor`.
    var blockKeys: BlockKeyScheme {
        BlockKeyScheme(
            algorithm: .sha256CBOR,
            blockSize: BlockSize(tokenCount: blockSize),
            seed: hashSeed
        )
    }

    /// Whether every scope that a request may have can be hashed.
    private var canHashBlocks: Bool {
        let hasher = BlockKeyHasher(scheme: blockKeys)
        let salt = String(repeating: "s", count: CompletionRequest.cacheSaltBytesMax)
        return ([nil] + adapters.map(Optional.some)).allSatisfy { adapter in
            hasher.canHash(BlockKeyScope(model: "", adapter: adapter, cacheSalt: salt))
        }
    }
}

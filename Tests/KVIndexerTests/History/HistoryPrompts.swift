import BlockKeys
import Domain
import KVIndexer
import Randomness

/// How an engine of a history names its blocks.
enum HistoryKind: CaseIterable {
    /// As vLLM does, so that its hashes are the keys.
    case vllm
    /// Otherwise, so that keys of our own are.
    case unknownHash
    /// The same, with two groups of layers.
    case hybrid
    /// As SGLang does, of which a hash does not tell adapters and salts: here there are none.
    case sglang
    /// The same with both, so that one hash stands for several blocks. A removal is of all.
    case tenants
    /// Blocks half as large as ours, in nobody's hash.
    case pages

    var blockSize: Int { self == .pages ? 1 : 2 }
    var canBeHashed: Bool { self == .vllm || isSGLang }
    var isSGLang: Bool { self == .sglang || self == .tenants }
    /// Whether events tell all that there is to know.
    var isExact: Bool { self != .tenants }
}

/// A prompt of a history, with what names its blocks.
struct HistoryPrompt {
    enum Scope: Int, CaseIterable {
        case plain, salted, adapter
    }

    var tokens: [UInt32] = []
    var scope = Scope.plain
    /// The same for equal blocks of all prompts, by place in the prompt.
    var blocks: [HistoryBlock] = []
    /// The engine's hash of each block.
    var hashes: [UInt64] = []

    var request: PromptScope {
        switch scope {
        case .plain: PromptScope(model: "m")
        case .salted: PromptScope(model: "m", cacheSalt: "tenant")
        case .adapter: PromptScope(model: "adapter")
        }
    }
}

/// A block by its content: all tokens up to its end, and its scope.
struct HistoryBlock: Hashable {
    let scope: HistoryPrompt.Scope
    let tokens: [UInt32]
}

/// The prompts of one engine: few, and alike.
struct HistoryPrompts {
    static let adapter = LoRAAdapter(name: "adapter", number: 3, path: "/adapter")
    static let vllmScheme = BlockKeyScheme(
        algorithm: .sha256CBOR,
        blockSize: BlockSize(tokenCount: 2),
        seed: "42"
    )
    static let vllm = BlockKeyHasher(scheme: vllmScheme)
    static let sglang = BlockKeyHasher(
        scheme: BlockKeyScheme(algorithm: .sglang, blockSize: BlockSize(tokenCount: 2))
    )

    let kind: HistoryKind
    private(set) var all: [HistoryPrompt] = []

    init(of kind: HistoryKind, _ random: inout SplitMix64) {
        self.kind = kind
        for _ in 0..<5 {
            var prompt = HistoryPrompt()
            if let other = all.randomElement(using: &random) {
                prompt.tokens = Array(other.tokens.prefix(random.below(other.tokens.count + 1)))
            }
            let tokenCount = max(prompt.tokens.count, 2 + random.below(7))
            while prompt.tokens.count < tokenCount {
                prompt.tokens.append(UInt32(random.below(3)))
            }
            let scopes = kind == .sglang ? 1 : HistoryPrompt.Scope.allCases.count
            if random.below(2) == 0, let scope = HistoryPrompt.Scope(rawValue: random.below(scopes))
            {
                prompt.scope = scope
            }
            for end in stride(from: kind.blockSize, through: tokenCount, by: kind.blockSize) {
                let tokens = Array(prompt.tokens.prefix(end))
                prompt.blocks.append(HistoryBlock(scope: prompt.scope, tokens: tokens))
            }
            all.append(prompt)
        }
        rename(by: 0)
    }

    /// Names all blocks anew, as a restarted engine with a random seed does.
    mutating func rename(by seed: UInt64) {
        for index in all.indices { all[index].hashes = hashes(of: all[index], seed) }
    }

    private func hashes(of prompt: HistoryPrompt, _ seed: UInt64) -> [UInt64] {
        guard kind.canBeHashed else {
            var hash = SplitMix64.mixed(SplitMix64.mixed(seed) ^ UInt64(prompt.scope.rawValue))
            return prompt.blocks.map { block in
                for token in block.tokens.suffix(kind.blockSize) {
                    hash = SplitMix64.mixed(hash &+ UInt64(token))
                }
                return hash
            }
        }
        var scope = BlockKeyScope(model: "m")
        if kind == .vllm, prompt.scope == .salted { scope.cacheSalt = "tenant" }
        if kind == .vllm, prompt.scope == .adapter { scope.adapter = HistoryPrompts.adapter }
        let tokens = prompt.tokens.map(TokenID.init(rawValue:))
        var keys: [BlockKey] = []
        let hasher = kind.isSGLang ? HistoryPrompts.sglang : HistoryPrompts.vllm
        hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        return keys.map(\.rawValue)
    }
}

import BlockKeys
import Domain
import Randomness

/// Measures how long the keys of a prompt take, by each algorithm, on one thread: of prompts that
/// have nothing in common, and of one that comes again.
enum HashBenchmark {
    private static let blockSize = BlockSize(tokenCount: 16)
    private static let tokenCount = 32_000
    private static let rounds = 200

    static func run() {
        for algorithm in BlockKeyAlgorithm.allCases {
            let scheme = BlockKeyScheme(algorithm: algorithm, blockSize: blockSize, seed: "42")
            let hasher = BlockKeyHasher(scheme: scheme)
            let prompts = (0..<rounds).map(prompt)
            report(algorithm.rawValue, nanosecondsPerBlock(hasher, prompts))
            let repeated = Array(repeating: prompts[0], count: rounds)
            report("\(algorithm.rawValue)/repeated", nanosecondsPerBlock(hasher, repeated))
        }
    }

    /// Tokens of a vocabulary as large as Llama 3's.
    private static func prompt(_ seed: Int) -> [TokenID] {
        var random = SplitMix64(seed: UInt64(seed))
        return (0..<tokenCount).map { _ in TokenID(rawValue: UInt32(random.below(128_000))) }
    }

    /// Of the best prompt: what else the machine does must not count.
    private static func nanosecondsPerBlock(
        _ hasher: BlockKeyHasher,
        _ prompts: [[TokenID]]
    ) -> Double {
        let clock = ContinuousClock()
        let scope = BlockKeyScope(model: "meta-llama/Llama-3.1-8B-Instruct")
        var keys: [BlockKey] = []
        let times = prompts.map { prompt in
            keys.removeAll(keepingCapacity: true)
            return clock.measure { hasher.appendKeys(for: prompt.span, in: scope, to: &keys) }
        }
        precondition(keys.count == tokenCount / blockSize.tokenCount)
        return (times.min() ?? .zero) / .nanoseconds(keys.count)
    }

    private static func report(_ name: String, _ nanoseconds: Double) {
        let tenths = Int(nanoseconds * 10 + 0.5)
        print("bench index/hash/\(name) \(tenths / 10).\(tenths % 10) ns/block")
    }
}

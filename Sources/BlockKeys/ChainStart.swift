/// What stands for the parent of a prompt's first block.
enum ChainStart: Sendable {
    /// Engines begin every prompt alike.
    case fixed(BlockDigest)
    /// Our own keys begin with the model. The number is the seed's hash.
    case ofModel(BlockKeyAlgorithm, seed: UInt64)
    /// The engine draws it at random.
    case unknown

    /// What vLLM 0.29 and later hash without `PYTHONHASHSEED`.
    private static let defaultSeed = "vllm-none-hash"

    init(of scheme: BlockKeyScheme) {
        let algorithm = scheme.algorithm
        guard scheme.seed != nil || algorithm.hasDefaultSeed else {
            self = .unknown
            return
        }
        switch algorithm {
        case .sglang: self = .fixed(BlockDigest())
        case .xxh64, .cborFNV:
            var seed = HashedBytes()
            seed.append((scheme.seed ?? "").utf8)
            self = .ofModel(algorithm, seed: algorithm.digest(of: seed).words.0)
        default:
            var writer = ExtraKeyWriter(algorithm.isPickled ? .pickle : .cbor)
            writer.appendWhole((scheme.seed ?? Self.defaultSeed).utf8)
            self = .fixed(algorithm.digest(of: writer.output))
        }
    }

    var isKnown: Bool {
        if case .unknown = self { false } else { true }
    }

    func digest(in scope: BlockKeyScope) -> BlockDigest? {
        switch self {
        case .fixed(let digest): digest
        case .ofModel(let algorithm, let seed):
            algorithm.digest(of: Self.model(in: scope, seed: seed, algorithm))
        case .unknown: nil
        }
    }

    /// The name of an adapter stands in for that of its base model.
    private static func model(
        in scope: BlockKeyScope,
        seed: UInt64,
        _ algorithm: BlockKeyAlgorithm
    ) -> HashedBytes {
        let name = (scope.adapter?.name ?? scope.model).utf8
        var bytes = HashedBytes()
        if algorithm == .xxh64 {
            bytes.append(seed)
            bytes.appendCounted(name)
        } else {
            bytes.appendCBOR(.array, 3)
            bytes.appendCBOR(.unsigned, seed)
            bytes.appendCBORNull()
            bytes.appendCBOR(.text, of: name)
        }
        return bytes
    }
}

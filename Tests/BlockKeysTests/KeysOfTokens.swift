import BlockKeys
import Domain

/// 1, 2, 3... up to `last`.
func tokens(through last: UInt32) -> [TokenID] { (1...last).map { TokenID(rawValue: $0) } }

extension BlockKeyScheme {
    init(
        _ algorithm: BlockKeyAlgorithm,
        _ tokenCount: Int,
        seed: String? = "42",
        _ extraKeys: ExtraKeyStyle = .tagged
    ) {
        self.init(
            algorithm: algorithm,
            blockSize: BlockSize(tokenCount: tokenCount),
            seed: seed,
            extraKeys: extraKeys
        )
    }

    static let vLLMAlgorithms: [BlockKeyAlgorithm] = [
        .sha256, .sha256CBOR, .xxhash, .xxhashCBOR, .sha256CBOR64Bit,
    ]

    /// One of each kind; of vLLM's in each style.
    static func all(blockSize: Int) -> [BlockKeyScheme] {
        BlockKeyAlgorithm.allCases.flatMap { algorithm in
            let styles = vLLMAlgorithms.contains(algorithm) ? ExtraKeyStyle.allCases : [.tagged]
            return styles.map { BlockKeyScheme(algorithm, blockSize, $0) }
        }
    }

    func keys(
        _ tokens: [TokenID],
        in scope: BlockKeyScope = BlockKeyScope(model: "test-model")
    ) -> [UInt64] {
        BlockKeyHasher(scheme: self).keys(tokens, in: scope)
    }
}

extension BlockKeyHasher {
    func keys(
        _ tokens: [TokenID],
        in scope: BlockKeyScope = BlockKeyScope(model: "test-model"),
        after parent: BlockKey? = nil
    ) -> [UInt64] {
        var keys: [BlockKey] = []
        appendKeys(for: tokens.span, in: scope, after: parent, to: &keys)
        return keys.map(\.rawValue)
    }

    /// The whole hash of each block, in hexadecimal.
    func digests(_ tokens: [TokenID], in scope: BlockKeyScope) -> [String] {
        guard var chain = chain(in: scope) else { return [] }
        let size = blockSize.tokenCount
        return (0..<tokens.count / size).map { block in
            var blockScope = scope
            blockScope.extras = scope.extras.filter { $0.block == block }
            for index in blockScope.extras.indices { blockScope.extras[index].block = 0 }
            let blockTokens = Array(tokens[block * size..<(block + 1) * size])
            var keys: [BlockKey] = []
            appendKeys(for: blockTokens.span, in: blockScope, continuing: &chain, to: &keys)
            return chain.hex
        }
    }
}

extension BlockKeyChain {
    var hex: String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

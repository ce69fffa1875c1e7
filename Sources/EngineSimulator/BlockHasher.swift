import Crypto
package import Domain

/// What keeps equal tokens apart in the cache: one entry of vLLM's `extra_keys`.
package enum ExtraKey: Hashable, Sendable {
    case lora(name: String, path: String)
    /// A placeholder that begins `offset` tokens after its block does. Requests of ours have
    /// none; recorded traces do.
    case multimodal(identifier: String, offset: Int)
    case cacheSalt(String)
}

/// Hashes blocks as vLLM 0.31 and later do under `--prefix-caching-hash-algo sha256_cbor`: each
/// the SHA-256 of the canonical CBOR of (parent, tokens, extra keys or null).
package struct BlockHasher: Sendable {
    /// The parent of every first block.
    package let noneHash: BlockHash

    /// - Parameter seed: `PYTHONHASHSEED`. vLLM 0.29 and later do without.
    package init(seed: String? = nil) {
        var cbor = CBORWriter()
        cbor.text(seed ?? "vllm-none-hash")
        noneHash = BlockHash(SHA256Digest(of: cbor.bytes).bytes)
    }

    package func hash(
        _ tokens: ArraySlice<TokenID>,
        after parent: BlockHash?,
        extraKeys: [ExtraKey]
    ) -> BlockHash {
        var cbor = CBORWriter(capacity: 64 + 5 * tokens.count)
        cbor.array(count: 3)
        cbor.bytes((parent ?? noneHash).bytes)
        cbor.array(count: tokens.count)
        for token in tokens { cbor.int(Int(token.rawValue)) }
        guard !extraKeys.isEmpty else {
            cbor.null()
            return BlockHash(SHA256Digest(of: cbor.bytes).bytes)
        }
        cbor.array(count: extraKeys.count)
        for key in extraKeys { append(key, to: &cbor) }
        return BlockHash(SHA256Digest(of: cbor.bytes).bytes)
    }

    private func append(_ key: ExtraKey, to cbor: inout CBORWriter) {
        switch key {
        case .lora(let name, let path):
            cbor.array(count: 3)
            for text in ["lora", name, path] { cbor.text(text) }
        case .multimodal(let identifier, let offset):
            cbor.array(count: 3)
            for text in ["mm", identifier] { cbor.text(text) }
            cbor.int(offset)
        case .cacheSalt(let salt):
            cbor.array(count: 2)
            for text in ["cache_salt", salt] { cbor.text(text) }
        }
    }
}

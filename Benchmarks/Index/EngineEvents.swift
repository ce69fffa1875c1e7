import BlockKeys
import Domain

/// Event payloads as vLLM 0.33 publishes them, each batch with one event.
enum EngineEvents {
    /// The engine that a workload's sequences belong to publishes their blocks in this size.
    static let blockSize = BlockSize(tokenCount: 16)

    /// The tokens of a workload's sequence.
    static func tokens(of sequence: Int, in workload: Workload) -> [TokenID] {
        (0..<workload.depth).flatMap { block in
            let number =
                block < workload.sharedCount
                ? Workload.number(seed: 1, owner: sequence % workload.groupCount, block)
                : Workload.number(seed: 2, owner: sequence, block - workload.sharedCount)
            return (0..<blockSize.tokenCount).map {
                TokenID(rawValue: UInt32(truncatingIfNeeded: (number >> (3 * $0)) & 0xFFFF))
            }
        }
    }

    /// How vLLM hashes with `sha256_cbor` and no seed.
    private static let hasher = BlockKeyHasher(
        scheme: BlockKeyScheme(algorithm: .sha256CBOR, blockSize: blockSize)
    )

    static func keys(for tokens: [TokenID]) -> [BlockKey] {
        var keys: [BlockKey] = []
        hasher.appendKeys(for: tokens.span, in: BlockKeyScope(model: ""), to: &keys)
        return keys
    }

    /// A sequence's blocks in events of `batch` blocks, each after the one before.
    static func payloads(of sequence: Int, in workload: Workload, batch: Int) -> [[UInt8]] {
        let tokens = tokens(of: sequence, in: workload)
        let keys = keys(for: tokens)
        return stride(from: 0, to: keys.count, by: batch).map { first in
            let end = min(first + batch, keys.count)
            return stored(
                keys[first..<end],
                after: first == 0 ? nil : keys[first - 1],
                tokens: tokens[first * blockSize.tokenCount..<end * blockSize.tokenCount]
            )
        }
    }

    private static func stored(
        _ hashes: ArraySlice<BlockKey>,
        after parent: BlockKey?,
        tokens: ArraySlice<TokenID>
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + 9 * hashes.count + 3 * tokens.count)
        bytes += [0x93, 0xCB, 0x41, 0xDA, 0xC0, 0x35, 0x6D, 0x5E, 0xCA, 0xE6, 0x91]
        // Sized by the fields that are declared, not by those that are set.
        bytes += [0xDE, 0x00, 0x0B]
        append("type", to: &bytes)
        append("BlockStored", to: &bytes)
        append("block_hashes", to: &bytes)
        appendArray(hashes.count, to: &bytes)
        for hash in hashes { append(hash.rawValue, to: &bytes) }
        append("parent_block_hash", to: &bytes)
        if let parent { append(parent.rawValue, to: &bytes) } else { bytes.append(0xC0) }
        append("token_ids", to: &bytes)
        appendArray(tokens.count, to: &bytes)
        for token in tokens { append(UInt64(token.rawValue), to: &bytes) }
        append("block_size", to: &bytes)
        bytes.append(UInt8(blockSize.tokenCount))
        append("lora_id", to: &bytes)
        bytes.append(0xC0)
        append("medium", to: &bytes)
        append("GPU", to: &bytes)
        append("lora_name", to: &bytes)
        bytes.append(0xC0)
        append("extra_keys", to: &bytes)
        appendArray(hashes.count, to: &bytes)
        bytes += [UInt8](repeating: 0xC0, count: hashes.count)
        append("group_idx", to: &bytes)
        bytes.append(0)
        append("kv_cache_spec_kind", to: &bytes)
        append("full_attention", to: &bytes)
        bytes.append(0)  // the rank
        return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(0xA0 | UInt8(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private static func appendArray(_ count: Int, to bytes: inout [UInt8]) {
        if count < 16 {
            bytes.append(0x90 | UInt8(count))
        } else {
            bytes.append(0xDC)
            bytes += bigEndian(UInt64(count), 2)
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        switch number {
        case 0..<0x80: bytes.append(UInt8(number))
        case 0x80...0xFF: bytes += [0xCC, UInt8(number)]
        case 0x100...0xFFFF: bytes += [0xCD] + bigEndian(number, 2)
        case 0x1_0000...0xFFFF_FFFF: bytes += [0xCE] + bigEndian(number, 4)
        default: bytes += [0xCF] + bigEndian(number, 8)
        }
    }

    private static func bigEndian(_ number: UInt64, _ size: Int) -> [UInt8] {
        (1...size).map { UInt8(truncatingIfNeeded: number >> (8 * (size - $0))) }
    }
}

import Domain

extension BlockKeyScope {
    /// An empty salt is none: engines and llm-d skip it.
    var salt: String? { cacheSalt?.isEmpty == true ? nil : cacheSalt }

    /// Whether the scheme has a form for all of this, and all that the form needs is known.
    func isHashable(in scheme: BlockKeyScheme) -> Bool {
        switch scheme.algorithm {
        case .sglang: adapter == nil && salt == nil && extras.isEmpty
        case .xxh64: areExtrasInOrder
        case .cborFNV: areExtrasInOrder && fits(in: scheme)
        default:
            areExtrasInOrder && fits(in: scheme)
                && adapter?.isHashable(in: scheme.extraKeys) ?? true
                && extras.allSatisfy { $0.isHashable(in: scheme.extraKeys) }
        }
    }

    private var areExtrasInOrder: Bool {
        var last = 0
        return extras.allSatisfy { extra in
            defer { last = extra.block }
            return extra.block >= last
        }
    }

    /// Whether the serialized form of each block stays within bounds. Counts the extras of all
    /// blocks where a few blocks have them: that is far within.
    private func fits(in scheme: BlockKeyScheme) -> Bool {
        let fixed =
            256 + 5 * scheme.blockSize.tokenCount + (salt?.utf8.count ?? 0)
            + (adapter.map { $0.name.utf8.count + ($0.path?.utf8.count ?? 0) } ?? 0)
        var block = 0
        var count = fixed
        return fixed <= BlockKeyHasher.blockBytesMax
            && extras.allSatisfy { extra in
                if extra.block != block { (block, count) = (extra.block, fixed) }
                count += 32 + extra.identifier.count
                return count <= BlockKeyHasher.blockBytesMax
            }
    }
}

extension LoRAAdapter {
    fileprivate func isHashable(in style: ExtraKeyStyle) -> Bool {
        switch style {
        case .loraNumber: number.flatMap { Int32(exactly: $0) } != nil
        case .names, .offsets: true
        case .tagged: path != nil
        }
    }
}

extension BlockExtra {
    fileprivate func isHashable(in style: ExtraKeyStyle) -> Bool {
        switch (kind, style) {
        case (.media, .loraNumber), (.media, .names): true
        case (.media, .offsets), (.media, .tagged): offset.flatMap { Int32(exactly: $0) } != nil
        case (.promptEmbedding, .names), (.promptEmbedding, .offsets): true
        // Version 0.11.0 hashes no embeddings; how 0.31 tags them has not been observed.
        case (.promptEmbedding, .loraNumber), (.promptEmbedding, .tagged): false
        }
    }
}

import Domain

extension BlockKeyScope {
    /// An empty salt is none: engines and llm-d skip it.
    var salt: String? { cacheSalt?.isEmpty == true ? nil : cacheSalt }

    var isPlain: Bool { adapter == nil && salt == nil && extras.isEmpty }

    /// The scope of blocks that begin a prompt, as events have it, with the salt in its place: in
    /// schemes that hash it in another form than media, a medium without offset is the salt.
    func withSalt(for scheme: BlockKeyScheme) -> BlockKeyScope {
        guard cacheSalt == nil, scheme.hashesMediaOffsets,
            let place = extras.lastIndex(where: {
                $0.block == 0 && $0.kind == .media && $0.offset == nil
            })
        else { return self }
        var scope = self
        scope.cacheSalt = String(decoding: scope.extras.remove(at: place).identifier, as: UTF8.self)
        return scope
    }

    /// The same for one block of several, whose extras are the next.
    ///
    /// - Parameter rest: Loses them.
    func ofBlock(_ block: Int, takingFrom rest: inout ArraySlice<BlockExtra>) -> BlockKeyScope {
        var scope = self
        scope.extras = rest.prefix { $0.block <= block }.map { extra in
            var extra = extra
            extra.block = 0
            return extra
        }
        rest = rest.dropFirst(scope.extras.count)
        return scope
    }

    /// Whether the scheme has a form for all of this, and all that the form needs is known.
    func isHashable(in scheme: BlockKeyScheme) -> Bool {
        switch scheme.algorithm {
        case .sglang: isPlain
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

    /// Whether the serialized form of each block stays within bounds.
    private func fits(in scheme: BlockKeyScheme) -> Bool {
        let bytesMax = BlockKeyHasher.blockBytesMax - 7 * scheme.blockSize.tokenCount
        let shared = bytesOfAllBlocks
        var (block, bytes) = (0, shared)
        return shared <= bytesMax
            && extras.allSatisfy { extra in
                if extra.block != block { (block, bytes) = (extra.block, shared) }
                bytes += extra.bytesAbout
                return bytes <= bytesMax
            }
    }

    /// About how many bytes are hashed of a block besides its tokens, and not less, if all extras
    /// are in one.
    var bytesAbout: Int { extras.reduce(bytesOfAllBlocks) { $0 + $1.bytesAbout } }

    private var bytesOfAllBlocks: Int {
        let adapterBytes = adapter.map { $0.name.utf8.count + ($0.path?.utf8.count ?? 0) }
        return 256 + (salt?.utf8.count ?? 0) + (adapterBytes ?? 0)
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
    fileprivate var bytesAbout: Int { 32 + identifier.count }

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

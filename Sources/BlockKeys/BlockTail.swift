/// What ends the hashed form of a block, behind its parent and its tokens: what else the scheme
/// hashes. Made for one block after another in the same room.
struct BlockTail: Sendable {
    /// What a block has besides its tokens.
    struct Content {
        var adapter: LoRAAdapter?
        var extras: ArraySlice<BlockExtra>
        /// Nil but for a prompt's first block.
        var salt: String?
    }

    private let scheme: BlockKeyScheme
    private var writer: ExtraKeyWriter

    init(of scheme: BlockKeyScheme) {
        self.scheme = scheme
        writer = ExtraKeyWriter(scheme.algorithm.isPickled ? .pickle : .cbor)
    }

    var bytes: [UInt8] { writer.output.bytes }

    mutating func write(_ content: Content) {
        writer.begin()
        switch scheme.algorithm {
        case .sglang: break
        case .xxh64: writeTexts(content)
        case .cborFNV: writeList(content)
        default: writeKeys(content)
        }
    }
}

extension BlockKeyScheme {
    /// A SHA-256 digest of what ends blocks. Zeros for what ends those without extra keys.
    func digest(ofTail bytes: [UInt8]) -> BlockDigest {
        var plain = BlockTail(of: self)
        plain.write(BlockTail.Content(extras: []))
        guard bytes != plain.bytes else { return BlockDigest() }
        return BlockKeyAlgorithm.sha256.digest(of: HashedBytes(bytes))
    }
}

// MARK: vLLM

extension BlockTail.Content {
    /// How many keys vLLM makes of this.
    fileprivate var keyCount: Int {
        extras.count + (adapter == nil ? 0 : 1) + (salt == nil ? 0 : 1)
    }
}

extension BlockTail {
    /// In vLLM's order: the adapter, media, the salt, embeddings.
    private mutating func writeKeys(_ content: Content) {
        let count = content.keyCount
        guard count > 0 else { return writer.finishWithout() }
        writer.beginTuple(of: count)
        if let adapter = content.adapter { writeKey(adapter) }
        for extra in content.extras where extra.kind == .media { writeKey(extra) }
        if let salt = content.salt { writeKey(salt: salt) }
        for extra in content.extras where extra.kind == .promptEmbedding {
            writer.append(digest: extra.identifier)
        }
        writer.endTuple(of: count)
        writer.finish()
    }

    private mutating func writeKey(_ adapter: LoRAAdapter) {
        switch scheme.extraKeys {
        case .loraNumber: writer.append(Int32(truncatingIfNeeded: adapter.number ?? 0))
        case .names, .offsets: writer.append(adapter.name.utf8)
        case .tagged:
            writer.beginTuple(of: 3)
            writer.append("lora".utf8)
            writer.append(adapter.name.utf8)
            writer.append((adapter.path ?? "").utf8)
            writer.endTuple(of: 3)
        }
    }

    private mutating func writeKey(_ media: BlockExtra) {
        let offset = Int32(truncatingIfNeeded: media.offset ?? 0)
        switch scheme.extraKeys {
        case .loraNumber, .names: writer.append(media.identifier)
        case .offsets:
            writer.beginTuple(of: 2)
            writer.append(media.identifier)
            writer.append(offset)
            writer.endTuple(of: 2)
        case .tagged:
            writer.beginTuple(of: 3)
            writer.appendMediaTag()
            writer.append(media.identifier)
            writer.append(offset)
            writer.endTuple(of: 3)
        }
    }

    private mutating func writeKey(salt: String) {
        guard scheme.extraKeys == .tagged else { return writer.append(salt.utf8) }
        writer.beginTuple(of: 2)
        writer.append("cache_salt".utf8)
        writer.append(salt.utf8)
        writer.endTuple(of: 2)
    }
}

// MARK: llm-d

extension BlockTail {
    /// One map for each text, `{"Hash": text}`.
    private mutating func writeList(_ content: Content) {
        let count = content.extras.count + (content.salt == nil ? 0 : 1)
        guard count > 0 else { return writer.output.appendCBORNull() }
        writer.output.appendCBOR(.array, UInt64(count))
        writeTexts(content)
    }

    /// The salt is one more text. Embeddings stand behind it, as in what engines announce.
    private mutating func writeTexts(_ content: Content) {
        for extra in content.extras where extra.kind == .media { write(extra.identifier) }
        if let salt = content.salt { write(salt.utf8) }
        for extra in content.extras where extra.kind == .promptEmbedding {
            write(extra.identifier)
        }
    }

    private mutating func write(_ text: some Collection<UInt8>) {
        guard scheme.algorithm == .cborFNV else { return writer.output.appendCounted(text) }
        writer.output.appendCBOR(.map, 1)
        writer.output.appendCBOR(.text, of: "Hash".utf8)
        writer.output.appendCBOR(.text, of: text)
    }
}

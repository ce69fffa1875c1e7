import BlockKeys
import Domain

/// Encodes events as vLLM 0.33 publishes them: `[ts, [events], rank]`, each event a map without
/// the fields that have their default.
package enum EventBatchEncoder {
    package static func encode(_ events: [CacheEvent], timestamp: Double, rank: UInt64 = 0)
        -> [UInt8]
    {
        var writer = MessagePackWriter()
        writer.array(count: 3)
        writer.double(timestamp)
        writer.array(count: events.count)
        for event in events { append(event, to: &writer) }
        writer.uint(rank)
        return writer.bytes
    }

    private static func append(_ event: CacheEvent, to writer: inout MessagePackWriter) {
        switch event {
        case .blockStored(let stored): append(stored, to: &writer)
        case .blockRemoved(let hash):
            writer.map(count: 4)
            writer.field("type", "BlockRemoved")
            writer.field("block_hashes", [hash])
            writer.field("medium", "GPU")
            writer.field("group_idx", 0)
        case .allBlocksCleared:
            writer.map(count: 1)
            writer.field("type", "AllBlocksCleared")
        }
    }

    private static func append(_ stored: StoredBlocks, to writer: inout MessagePackWriter) {
        // msgspec sizes the header by the 16 fields that are declared, not the 11 that are set.
        writer.map(count: 11, isWide: true)
        writer.field("type", "BlockStored")
        writer.field("block_hashes", stored.hashes)
        writer.field("parent_block_hash", stored.parent)
        writer.field("token_ids", stored.tokens.map { UInt64($0.rawValue) })
        writer.field("block_size", UInt64(stored.blockSize))
        writer.field("lora_id", stored.adapter?.number.map { UInt64($0) })
        writer.field("medium", "GPU")
        writer.field("lora_name", stored.adapter?.name)
        writer.string("extra_keys")
        writer.array(count: stored.extraKeys.count)
        for keys in stored.extraKeys { append(keys, to: &writer) }
        writer.field("group_idx", 0)
        writer.field("kv_cache_spec_kind", "full_attention")
    }

    /// One block's keys, without the tags and the path that they are hashed with.
    private static func append(_ keys: [ExtraKey], to writer: inout MessagePackWriter) {
        guard !keys.isEmpty else { return writer.null() }
        writer.array(count: keys.count)
        for key in keys {
            switch key {
            case .lora(let name): writer.string(name)
            case .cacheSalt(let salt): writer.string(salt)
            case .multimodal(let identifier, let offset):
                writer.array(count: 2)
                writer.string(identifier)
                writer.int(offset)
            }
        }
    }
}

extension MessagePackWriter {
    fileprivate mutating func field(_ key: String, _ value: String?) {
        string(key)
        if let value { string(value) } else { null() }
    }

    fileprivate mutating func field(_ key: String, _ value: UInt64?) {
        string(key)
        if let value { uint(value) } else { null() }
    }

    fileprivate mutating func field(_ key: String, _ values: [UInt64]) {
        string(key)
        array(count: values.count)
        for value in values { uint(value) }
    }
}

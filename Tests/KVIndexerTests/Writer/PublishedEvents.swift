import Domain

/// Events as an engine publishes them, in maps as vLLM has them since 0.24.
struct PublishedStore {
    var hashes: [UInt64] = []
    var parent: UInt64?
    var tokens: [UInt32] = []
    var blockSize = 0
    var adapterID: Int?
    var adapterName: String?
    var medium = "GPU"
    /// By block: the bare strings that vLLM up to 0.18 announces.
    var extras: [[String]] = []
    var salt: String?
    var group: Int?
    var kind: String?

    var bytes: [UInt8] {
        var map = MessagePackMap()
        map.add("type", .text("BlockStored"))
        map.add("block_hashes", .array(hashes.map(MessagePackItem.number)))
        map.add("parent_block_hash", parent.map(MessagePackItem.number) ?? .none)
        map.add("token_ids", .array(tokens.map { .number(UInt64($0)) }))
        map.add("block_size", .number(UInt64(blockSize)))
        map.add("lora_id", adapterID.map { .number(UInt64($0)) } ?? .none)
        map.add("medium", .text(medium))
        map.add("lora_name", adapterName.map(MessagePackItem.text) ?? .none)
        if !extras.isEmpty {
            map.add(
                "extra_keys",
                .array(extras.map { $0.isEmpty ? .none : .array($0.map(MessagePackItem.text)) })
            )
        }
        if let salt { map.add("cache_salt", .text(salt)) }
        if let group { map.add("group_idx", .number(UInt64(group))) }
        if let kind { map.add("kv_cache_spec_kind", .text(kind)) }
        return map.bytes
    }
}

struct PublishedRemoval {
    var hashes: [UInt64] = []
    var medium = "GPU"
    var group: Int?

    var bytes: [UInt8] {
        var map = MessagePackMap()
        map.add("type", .text("BlockRemoved"))
        map.add("block_hashes", .array(hashes.map(MessagePackItem.number)))
        map.add("medium", .text(medium))
        if let group { map.add("group_idx", .number(UInt64(group))) }
        return map.bytes
    }
}

enum PublishedBatch {
    static var cleared: [UInt8] {
        var map = MessagePackMap()
        map.add("type", .text("AllBlocksCleared"))
        return map.bytes
    }

    /// A batch of encoded events. Its time is what tells batches with the same events apart.
    static func bytes(_ events: [[UInt8]], time: UInt32 = 0) -> [UInt8] {
        var batch: [UInt8] = [0x93, 0xCB, 0x40, 0, 0, 0]
        for shift in [24, 16, 8, 0] as [UInt32] {
            batch.append(UInt8(truncatingIfNeeded: time >> shift))
        }
        MessagePackItem.appendHead(0xDC, events.count, to: &batch)
        for event in events { batch += event }
        return batch + [0]
    }
}

private struct MessagePackMap {
    private var count = 0
    private var fields: [UInt8] = []

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        MessagePackItem.appendHead(0xDE, count, to: &bytes)
        return bytes + fields
    }

    mutating func add(_ name: String, _ value: MessagePackItem) {
        count += 1
        MessagePackItem.text(name).append(to: &fields)
        value.append(to: &fields)
    }
}

private enum MessagePackItem {
    case none
    case number(UInt64)
    case text(String)
    case array([MessagePackItem])

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .none: bytes.append(0xC0)
        case .number(let number) where number < 128: bytes.append(UInt8(number))
        case .number(let number):
            bytes.append(0xCF)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            }
        case .text(let text):
            MessagePackItem.appendHead(0xDA, text.utf8.count, to: &bytes)
            bytes += Array(text.utf8)
        case .array(let items):
            MessagePackItem.appendHead(0xDC, items.count, to: &bytes)
            for item in items { item.append(to: &bytes) }
        }
    }

    /// A head with a count of 16 bits.
    static func appendHead(_ head: UInt8, _ count: Int, to bytes: inout [UInt8]) {
        bytes.append(head)
        bytes.append(UInt8(truncatingIfNeeded: count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: count))
    }
}

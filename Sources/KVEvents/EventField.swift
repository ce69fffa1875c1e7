/// A field of an event, whatever the event. Fields that we do not use are `.ignored`.
enum EventField {
    case type, hashes, parent, tokens, blockSize, adapterID, medium, adapterName
    case extraKeys, group, cacheKind, locality, cacheSalt, ignored

    /// Fields by place, in events that are arrays. vLLM and SGLang only ever append.
    static let storedLayout: [EventField] = [
        .type, .hashes, .parent, .tokens, .blockSize, .adapterID, .medium, .adapterName,
        .extraKeys, .group, .cacheKind,
    ]
    static let removedLayout: [EventField] = [.type, .hashes, .medium, .group]

    /// Fields by name, in events that are maps.
    private static let names: [(name: [UInt8], field: EventField)] = [
        (Array("type".utf8), .type),
        (Array("block_hashes".utf8), .hashes),
        (Array("parent_block_hash".utf8), .parent),
        (Array("token_ids".utf8), .tokens),
        (Array("block_size".utf8), .blockSize),
        (Array("lora_id".utf8), .adapterID),
        (Array("medium".utf8), .medium),
        (Array("lora_name".utf8), .adapterName),
        (Array("extra_keys".utf8), .extraKeys),
        (Array("group_idx".utf8), .group),
        (Array("kv_cache_spec_kind".utf8), .cacheKind),
        (Array("locality".utf8), .locality),
        (Array("cache_salt".utf8), .cacheSalt),
    ]

    static func named(_ name: Span<UInt8>) -> EventField {
        for known in names where known.name.span.isEqual(to: name) { return known.field }
        return .ignored
    }

    static func at(_ place: Int, in layout: [EventField]) -> EventField {
        place < layout.count ? layout[place] : .ignored
    }
}

/// The type of an event, by its tag.
enum EventType {
    case blockStored, blockRemoved, allBlocksCleared

    private static let tags: [(tag: [UInt8], type: EventType)] = [
        (Array("BlockStored".utf8), .blockStored),
        (Array("BlockRemoved".utf8), .blockRemoved),
        (Array("AllBlocksCleared".utf8), .allBlocksCleared),
    ]

    init?(_ tag: Span<UInt8>) {
        for known in EventType.tags where known.tag.span.isEqual(to: tag) {
            self = known.type
            return
        }
        return nil
    }
}

extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}

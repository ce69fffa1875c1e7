/// A field of an event, whatever the event. Fields that we do not use are `.ignored`.
enum EventField {
    case type, hashes, parent, tokens, blockSize, adapterID, medium, adapterName
    case extraKeys, group, cacheKind, slidingWindow, locality, owner, cacheSalt, lookahead
    case ignored

    /// Fields by name, in events that are maps.
    static func named(_ name: Span<UInt8>) -> EventField {
        guard let (expected, field) = byLength(name) else { return .ignored }
        return name.isEqual(to: expected) ? field : .ignored
    }

    /// The one name that this may be, by its length and first letter.
    private static func byLength(_ name: Span<UInt8>) -> (name: StaticString, field: EventField)? {
        guard !name.isEmpty else { return nil }
        switch (name.count, name[0]) {
        case (4, _): return ("type", .type)
        case (6, _): return ("medium", .medium)
        case (7, _): return ("lora_id", .adapterID)
        case (8, _): return ("locality", .locality)
        case (9, UInt8(ascii: "t")): return ("token_ids", .tokens)
        case (9, UInt8(ascii: "l")): return ("lora_name", .adapterName)
        case (9, UInt8(ascii: "g")): return ("group_idx", .group)
        case (9, _): return ("ownership", .owner)
        case (10, UInt8(ascii: "b")): return ("block_size", .blockSize)
        case (10, UInt8(ascii: "e")): return ("extra_keys", .extraKeys)
        case (10, _): return ("cache_salt", .cacheSalt)
        case (12, _): return ("block_hashes", .hashes)
        case (17, _): return ("parent_block_hash", .parent)
        case (18, _): return ("kv_cache_spec_kind", .cacheKind)
        case (19, _): return ("lookahead_token_ids", .lookahead)
        case (28, _): return ("kv_cache_spec_sliding_window", .slidingWindow)
        default: return nil
        }
    }

    /// Fields by place, in events that are arrays. vLLM and SGLang only ever append.
    static func at(_ place: Int, in type: EventType?) -> EventField {
        if place == 0 { return .type }
        switch type {
        case .blockStored: return atPlaceInStored(place)
        case .blockRemoved: return atPlaceInRemoved(place)
        case .allBlocksCleared, nil: return .ignored
        }
    }

    private static func atPlaceInStored(_ place: Int) -> EventField {
        switch place {
        case 1: .hashes
        case 2: .parent
        case 3: .tokens
        case 4: .blockSize
        case 5: .adapterID
        case 6: .medium
        case 7: .adapterName
        case 8: .extraKeys
        case 9: .group
        case 10: .cacheKind
        case 11: .slidingWindow
        default: .ignored
        }
    }

    private static func atPlaceInRemoved(_ place: Int) -> EventField {
        switch place {
        case 1: .hashes
        case 2: .medium
        case 3: .group
        default: .ignored
        }
    }
}

/// The type of an event, by its tag.
enum EventType {
    case blockStored, blockRemoved, allBlocksCleared

    init?(_ tag: Span<UInt8>) {
        if tag.isEqual(to: "BlockStored") {
            self = .blockStored
        } else if tag.isEqual(to: "BlockRemoved") {
            self = .blockRemoved
        } else if tag.isEqual(to: "AllBlocksCleared") {
            self = .allBlocksCleared
        } else {
            return nil
        }
    }
}

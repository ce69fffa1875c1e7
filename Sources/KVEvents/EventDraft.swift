import BlockKeys
import Domain

/// An event while its fields are read. They come in any order, and any may be missing. Serves
/// for event after event, so that its lists grow once.
struct EventDraft: Sendable {
    enum Outcome {
        case stored, removed, allBlocksCleared
        case unknown
        case malformed
    }

    /// Extras of one event. An image is one in each block that it overlaps.
    static let extrasMax = 1 << 16

    /// Lists that grew beyond this are given back after their event.
    private static let keptElementsMax = 1 << 16

    /// Nil for a tag that we do not know.
    var type: EventType?
    var isTagged = false
    var hasHashes = false
    /// All other fields; `RemovedBlocks` has no field of its own.
    var stored = StoredBlocks()
    private(set) var removed = RemovedBlocks()
    /// Whether the engine says that the blocks lie on another machine.
    var isRemote = false

    /// Forgets the event, but keeps the room of its lists.
    mutating func reset() {
        var hashes: [EngineBlockHash] = []
        var extras: [EncodedExtra] = []
        swap(&hashes, &stored.hashes)
        swap(&extras, &stored.extras)
        hashes.removeAll(keepingCapacity: hashes.capacity <= Self.keptElementsMax)
        extras.removeAll(keepingCapacity: extras.capacity <= Self.keptElementsMax)
        stored = StoredBlocks()
        swap(&hashes, &stored.hashes)
        swap(&extras, &stored.extras)
        (type, isTagged, hasHashes, isRemote) = (nil, false, false, false)
    }

    /// Says what was read. `stored` or `removed` is then whole.
    mutating func finish(in payload: Span<UInt8>) -> Outcome {
        guard isTagged else { return .malformed }
        guard let type else { return .unknown }
        if type == .allBlocksCleared { return .allBlocksCleared }
        guard hasHashes else { return .malformed }
        if isRemote { stored.tier = .object }
        if type == .blockRemoved {
            swap(&removed.hashes, &stored.hashes)
            removed.tier = stored.tier
            removed.hasUnknownMedium = stored.hasUnknownMedium
            removed.hasOwner = stored.hasOwner
            removed.group = stored.group
            return .removed
        }
        if stored.tokens.isEmpty, stored.parent?.rawValue == 0 { stored.parent = nil }
        removeAdapterFromExtras(in: payload)
        return .stored
    }

    /// Engines hash the adapter's name as the first extra of each block. `adapterName` has it,
    /// and it must not be there twice.
    private mutating func removeAdapterFromExtras(in payload: Span<UInt8>) {
        guard let name = stored.adapterName, !stored.extras.isEmpty else { return }
        let utf8 = name.utf8.span
        var keptCount = 0
        var previousBlock = -1
        for place in stored.extras.indices {
            let extra = stored.extras[place]
            defer { previousBlock = extra.block }
            let isFirst = extra.block != previousBlock
            if isFirst, payload.extracting(extra.range).isEqual(to: utf8) { continue }
            stored.extras[keptCount] = extra
            keptCount += 1
        }
        stored.extras.removeLast(stored.extras.count - keptCount)
    }
}

import BlockKeys
import Domain

/// An event while its fields are read. They come in any order, and any may be missing.
struct EventDraft {
    enum Outcome {
        case event(KVEvent)
        case unknown
        case malformed
    }

    /// Nil for a tag that we do not know.
    var type: EventType?
    var isTagged = false
    var hashes: [EngineBlockHash]?
    /// All other fields; `RemovedBlocks` has no field of its own.
    var stored = StoredBlocks()
    /// Whether the engine says that the blocks lie on another machine.
    var isRemote = false

    consuming func finish() -> Outcome {
        guard isTagged else { return .malformed }
        guard let type else { return .unknown }
        if type == .allBlocksCleared { return .event(.allBlocksCleared) }
        guard let hashes else { return .malformed }
        let tier = isRemote ? .object : stored.tier
        if type == .blockRemoved {
            var removed = RemovedBlocks()
            removed.hashes = hashes
            removed.tier = tier
            removed.group = stored.group
            return .event(.blockRemoved(removed))
        }
        stored.hashes = hashes
        stored.tier = tier
        removeAdapterFromExtras()
        return .event(.blockStored(stored))
    }

    /// Engines hash the adapter's name as the first extra of each block. Our keys have it in
    /// place of the model's name, and must not have it twice.
    private mutating func removeAdapterFromExtras() {
        guard let name = stored.adapterName, !stored.extras.isEmpty else { return }
        let identifier = Array(name.utf8)
        var previousBlock = -1
        stored.extras.removeAll { extra in
            defer { previousBlock = extra.block }
            return extra.block != previousBlock && extra.identifier == identifier
        }
    }
}

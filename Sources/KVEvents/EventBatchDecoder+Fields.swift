import Domain

// Fields that are more than one value.
extension EventBatchDecoder {
    mutating func readTag(_ reader: inout MessagePackReader) throws(MessagePackError) {
        let start = reader.position
        guard let range = try reader.readString() else { throw .unexpectedType(at: start) }
        draft.isTagged = true
        draft.type = EventType(reader.slice(range))
    }

    mutating func readMedium(_ reader: inout MessagePackReader) throws(MessagePackError) {
        guard let range = try reader.readString() else { return }
        let tier = CacheTier(medium: reader.slice(range))
        draft.stored.tier = tier ?? .object
        draft.stored.hasUnknownMedium = tier == nil
    }

    /// Reads a name. An empty one names nothing.
    mutating func readText(
        _ reader: inout MessagePackReader
    ) throws(MessagePackError) -> String? {
        let start = reader.position
        guard let range = try reader.readString(), !range.isEmpty else { return nil }
        guard range.count <= RecentTexts.bytesMax, let text = texts.text(reader.slice(range)) else {
            throw .unexpectedType(at: start)
        }
        return text
    }

    /// SGLang 0.5.19 has a map with the cache salt in place of the name.
    mutating func readAdapterName(_ reader: inout MessagePackReader) throws(MessagePackError) {
        guard let count = try reader.readMapCountIfMap() else {
            draft.stored.adapterName = try readText(&reader)
            return
        }
        for _ in 0..<count {
            if case .cacheSalt = try reader.readFieldName() {
                draft.stored.cacheSalt = try readText(&reader)
            } else {
                try reader.skip()
            }
        }
    }

    /// One element for each block: nil, or an array of what the engine hashed into it. Those
    /// beyond what any prompt has take no room.
    mutating func readExtras(_ reader: inout MessagePackReader) throws(MessagePackError) {
        draft.stored.extras.removeAll(keepingCapacity: true)
        draft.stored.hasUnreadableExtras = false
        guard let blockCount = try reader.readArrayCount() else { return }
        for block in 0..<blockCount where !reader.passNil() {
            for _ in 0..<(try reader.readArrayCount() ?? 0) {
                let extra = try reader.readExtra(ofBlock: block)
                if let extra, draft.stored.extras.count < EventDraft.extrasMax {
                    draft.stored.extras.append(extra)
                } else {
                    draft.stored.hasUnreadableExtras = true
                }
            }
        }
    }
}

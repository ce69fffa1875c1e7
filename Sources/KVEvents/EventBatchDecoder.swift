import BlockKeys
import Domain

/// Reads the payload of one event message: vLLM 0.9 to 0.33, SGLang, and what resembles them.
///
/// A batch is `[time, [event...], rank?]`. An event is an array `[tag, field...]`, a map with the
/// tag under `type`, or either of them wrapped in bytes. Fields and elements that we do not know
/// are passed over; an event that we cannot use is counted and does not touch the others.
package struct EventBatchDecoder: Sendable {
    package init() {}

    /// - Throws: `MessagePackError` if the payload is no batch, or its framing is broken.
    package func decode(_ payload: Span<UInt8>) throws(MessagePackError) -> EventBatch {
        var reader = MessagePackReader(payload)
        guard case .array(let fieldCount) = try reader.readValue(), fieldCount >= 2 else {
            throw .unexpectedType(at: 0)
        }
        var batch = EventBatch()
        try reader.skip()  // when it was sent
        let start = reader.position
        guard case .array(let eventCount) = try reader.readValue() else {
            throw .unexpectedType(at: start)
        }
        for _ in 0..<eventCount { try decodeEvent(&reader, into: &batch) }
        if fieldCount > 2 { batch.dataParallelRank = try? reader.readInteger() }
        return batch
    }

    private func decodeEvent(
        _ reader: inout MessagePackReader,
        into batch: inout EventBatch
    ) throws(MessagePackError) {
        let start = reader.position
        var draft = EventDraft()
        do throws(MessagePackError) {
            try readEvent(&reader, into: &draft)
        } catch {
            reader.rewind(to: start)
            try reader.skip()
            batch.malformedEventCount += 1
            return
        }
        switch draft.finish() {
        case .event(let event): batch.events.append(event)
        case .unknown: batch.unknownEventCount += 1
        case .malformed: batch.malformedEventCount += 1
        }
    }

    private func readEvent(
        _ reader: inout MessagePackReader,
        into draft: inout EventDraft,
        isWrapped: Bool = false
    ) throws(MessagePackError) {
        let start = reader.position
        switch try reader.readValue() {
        case .array(let count): try readArray(count, &reader, into: &draft)
        case .map(let count): try readMap(count, &reader, into: &draft)
        case .binary(let range) where !isWrapped:
            var inner = MessagePackReader(reader.slice(range))
            try readEvent(&inner, into: &draft, isWrapped: true)
        default: throw .unexpectedType(at: start)
        }
    }

    private func readArray(
        _ count: Int,
        _ reader: inout MessagePackReader,
        into draft: inout EventDraft
    ) throws(MessagePackError) {
        var layout = EventField.storedLayout
        for place in 0..<count {
            try readField(.at(place, in: layout), &reader, into: &draft)
            if place > 0 { continue }
            switch draft.type {
            case .blockStored: continue
            case .blockRemoved: layout = EventField.removedLayout
            case .allBlocksCleared, nil: layout = []
            }
        }
    }

    private func readMap(
        _ count: Int,
        _ reader: inout MessagePackReader,
        into draft: inout EventDraft
    ) throws(MessagePackError) {
        for _ in 0..<count {
            let field = try reader.readFieldName()
            try readField(field, &reader, into: &draft)
        }
    }

    private func readField(
        _ field: EventField,
        _ reader: inout MessagePackReader,
        into draft: inout EventDraft
    ) throws(MessagePackError) {
        switch field {
        case .type: try readTag(&reader, into: &draft)
        case .hashes: draft.hashes = try reader.readHashes()
        case .parent: draft.stored.parent = try reader.readHash()
        case .tokens: try readTokens(&reader, into: &draft.stored)
        case .blockSize: draft.stored.blockSize = try reader.readInteger() ?? 0
        case .adapterID: draft.stored.adapterID = try reader.readInteger()
        case .medium: draft.stored.tier = CacheTier(medium: try reader.readText() ?? "")
        case .adapterName: try readAdapterName(&reader, into: &draft.stored)
        case .extraKeys: try readExtras(&reader, into: &draft.stored)
        case .group: draft.stored.group = try reader.readInteger()
        case .cacheKind:
            draft.stored.cacheKind = try reader.readText().map {
                CacheKind(rawValue: $0) ?? .unknown
            }
        case .locality: draft.isRemote = try reader.readText()?.lowercased() == "remote"
        case .cacheSalt: draft.stored.cacheSalt = try reader.readText()
        case .ignored: try reader.skip()
        }
    }

    private func readTag(
        _ reader: inout MessagePackReader,
        into draft: inout EventDraft
    ) throws(MessagePackError) {
        let start = reader.position
        guard case .string(let range) = try reader.readValue() else {
            throw .unexpectedType(at: start)
        }
        draft.isTagged = true
        draft.type = EventType(reader.slice(range))
    }

    /// Some elements are not numbers: pairs of tokens (EAGLE), digests of images (TensorRT-LLM).
    /// Blocks from the first such element on cannot be indexed, those before it can.
    private func readTokens(
        _ reader: inout MessagePackReader,
        into stored: inout StoredBlocks
    ) throws(MessagePackError) {
        stored.tokens = []
        guard let count = try reader.readArrayCount() else { return }
        stored.tokens.reserveCapacity(count)
        for _ in 0..<count {
            if !stored.tokensEndEarly, let token = try reader.readToken() {
                stored.tokens.append(token)
            } else {
                stored.tokensEndEarly = true
                try reader.skip()
            }
        }
    }

    /// SGLang 0.5.19 has a map with the cache salt in place of the name.
    private func readAdapterName(
        _ reader: inout MessagePackReader,
        into stored: inout StoredBlocks
    ) throws(MessagePackError) {
        let start = reader.position
        guard case .map(let count) = try reader.readValue() else {
            reader.rewind(to: start)
            stored.adapterName = try reader.readText()
            return
        }
        for _ in 0..<count {
            if case .cacheSalt = try reader.readFieldName() {
                stored.cacheSalt = try reader.readText()
            } else {
                try reader.skip()
            }
        }
    }

    /// One element for each block: nil, or an array of what the engine hashed into it. An item
    /// of several values is known by its first; the others say where in the block it lies.
    private func readExtras(
        _ reader: inout MessagePackReader,
        into stored: inout StoredBlocks
    ) throws(MessagePackError) {
        stored.extras = []
        guard let blockCount = try reader.readArrayCount() else { return }
        for block in 0..<blockCount {
            for _ in 0..<(try reader.readArrayCount() ?? 0) {
                if let identifier = try reader.readIdentifier() {
                    stored.extras.append(BlockExtra(block: block, identifier: identifier))
                }
            }
        }
    }
}

import Domain

/// Reads the payload of one event message: vLLM 0.9 to 0.33, SGLang, and what resembles them.
///
/// A batch is `[time, [event...], rank?]`. An event is an array `[tag, field...]`, a map with the
/// tag under `type`, or either of them wrapped in bytes. Fields and elements that we do not know
/// are passed over; an event that we cannot use is counted and does not touch the others.
///
/// Takes time in proportion to the payload, whatever is in it, and allocates only while its lists
/// grow to the longest event. Belongs to one thread at a time.
package struct EventBatchDecoder: ~Copyable, Sendable {
    /// Tokens in a block.
    private static let blockSizeMax = 1 << 20
    /// Groups, and tokens of a window.
    private static let numberMax = Int(Int32.max)
    private static let ranks = 0...Int(UInt16.max)

    var draft = EventDraft()
    var texts = RecentTexts()

    package init() {}

    /// Tells `visitor` each event of the batch, in order.
    ///
    /// Framing that is broken is only found on the way, since a pass ahead would cost half as much
    /// again as reading the hashes and stepping over the tokens: the events before it have been
    /// told by then, and are what the engine sent. Who calls takes the rest of the batch as lost.
    ///
    /// - Throws: `MessagePackError` if the payload is no batch, or its framing is broken.
    package mutating func decode(
        _ payload: Span<UInt8>,
        into visitor: inout some EventVisitor & ~Copyable
    ) throws(MessagePackError) -> EventBatchSummary {
        var reader = MessagePackReader(payload)
        guard case .array(let fieldCount) = try reader.readValue(), fieldCount >= 2 else {
            throw .unexpectedType(at: 0)
        }
        var summary = EventBatchSummary()
        try reader.skip()  // when it was sent
        let start = reader.position
        guard case .array(let eventCount) = try reader.readValue() else {
            throw .unexpectedType(at: start)
        }
        for _ in 0..<eventCount {
            switch try decodeEvent(&reader) {
            case .stored: visitor.stored(draft.stored, in: payload)
            case .removed: visitor.removed(draft.removed)
            case .allBlocksCleared: visitor.allBlocksCleared()
            case .unknown: summary.unknownEventCount += 1
            case .malformed: summary.malformedEventCount += 1
            }
        }
        if fieldCount > 2 { summary.dataParallelRank = try? reader.readInteger(in: Self.ranks) }
        return summary
    }

    private mutating func decodeEvent(
        _ reader: inout MessagePackReader
    ) throws(MessagePackError) -> EventDraft.Outcome {
        let start = reader.position
        draft.reset()
        do throws(MessagePackError) {
            try readEvent(&reader)
        } catch {
            reader.rewind(to: start)
            try reader.skip()
            return .malformed
        }
        return draft.finish(in: reader.bytes)
    }

    private mutating func readEvent(
        _ reader: inout MessagePackReader,
        isWrapped: Bool = false
    ) throws(MessagePackError) {
        let start = reader.position
        switch try reader.readValue() {
        case .array(let count):
            for place in 0..<count {
                try readField(.at(place, in: draft.type), &reader)
            }
        case .map(let count):
            for _ in 0..<count {
                try readField(try reader.readFieldName(), &reader)
            }
        case .binary(let range) where !isWrapped:
            var inner = MessagePackReader(reader.bytes, in: range)
            try readEvent(&inner, isWrapped: true)
        default: throw .unexpectedType(at: start)
        }
    }

    private mutating func readField(
        _ field: EventField,
        _ reader: inout MessagePackReader
    ) throws(MessagePackError) {
        switch field {
        case .type: try readTag(&reader)
        case .hashes:
            try reader.readHashes(into: &draft.stored.hashes)
            draft.hasHashes = true
        case .parent: draft.stored.parent = try reader.readHash()
        case .tokens: draft.stored.tokens = try reader.readTokens()
        case .blockSize:
            draft.stored.blockSize = try reader.readInteger(in: 0...Self.blockSizeMax) ?? 0
        case .adapterID: draft.stored.adapterID = try reader.readInteger()
        case .medium: try readMedium(&reader)
        case .adapterName: try readAdapterName(&reader)
        case .extraKeys: try readExtras(&reader)
        case .group: draft.stored.group = try reader.readInteger(in: 0...Self.numberMax)
        case .cacheKind:
            draft.stored.cacheKind = try reader.readString().map {
                CacheKind(word: reader.slice($0))
            }
        case .slidingWindow:
            draft.stored.slidingWindow = try reader.readInteger(in: 0...Self.numberMax)
        case .locality:
            draft.isRemote =
                try reader.readString().map {
                    reader.slice($0).isEqualIgnoringCase(to: "REMOTE")
                } ?? false
        case .owner: draft.stored.hasOwner = try reader.readPresence()
        case .cacheSalt: draft.stored.cacheSalt = try readText(&reader)
        case .lookahead: draft.stored.hasLookahead = try reader.readPresence()
        case .ignored: try reader.skip()
        }
    }
}

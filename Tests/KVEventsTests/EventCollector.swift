import Domain
import KVEvents

/// The events of a batch, kept with all that they refer to.
struct EventBatch: Equatable {
    var events: [KVEvent] = []
    var summary = EventBatchSummary()
}

enum KVEvent: Equatable {
    case blockStored(ReadBlocks)
    case blockRemoved(RemovedBlocks)
    case allBlocksCleared
}

/// Stored blocks with what lies in their payload.
@dynamicMemberLookup struct ReadBlocks: Equatable {
    /// All fields but `tokens` and `extras`.
    var blocks = StoredBlocks()
    var tokens: [TokenID] = []
    /// Elements among the tokens, those that are none included.
    var tokenElements = 0
    var extras: [ReadExtra] = []

    subscript<Value>(dynamicMember field: WritableKeyPath<StoredBlocks, Value>) -> Value {
        get { blocks[keyPath: field] }
        set { blocks[keyPath: field] = newValue }
    }
}

struct ReadExtra: Equatable {
    var block: Int
    var kind: EncodedExtra.Kind
    var identifier: [UInt8]
}

struct EventCollector: EventVisitor {
    var events: [KVEvent] = []

    mutating func stored(_ blocks: borrowing StoredBlocks, in payload: Span<UInt8>) {
        var read = ReadBlocks(blocks: copy blocks)
        read.blocks.tokens.appendTokens(in: payload, to: &read.tokens)
        read.tokenElements = read.blocks.tokens.elementCount
        for extra in read.blocks.extras {
            let identifier = extra.identifier(in: payload)
            read.extras.append(
                ReadExtra(block: extra.block, kind: extra.kind, identifier: identifier)
            )
        }
        read.blocks.tokens = EncodedTokens()
        read.blocks.extras = []
        events.append(.blockStored(read))
    }

    mutating func removed(_ blocks: borrowing RemovedBlocks) {
        events.append(.blockRemoved(copy blocks))
    }

    mutating func allBlocksCleared() { events.append(.allBlocksCleared) }
}

/// Decodes one batch, with a decoder that has seen nothing yet.
func decode(_ payload: [UInt8]) throws(MessagePackError) -> EventBatch {
    var decoder = EventBatchDecoder()
    return try decode(payload, with: &decoder)
}

func decode(
    _ payload: [UInt8],
    with decoder: inout EventBatchDecoder
) throws(MessagePackError) -> EventBatch {
    var collector = EventCollector()
    let summary = try decoder.decode(payload.span, into: &collector)
    return EventBatch(events: collector.events, summary: summary)
}

func decode(hex: String) throws(MessagePackError) -> EventBatch {
    try decode(Fixtures.bytes(hex))
}

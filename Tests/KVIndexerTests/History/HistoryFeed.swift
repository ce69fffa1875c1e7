import KVIndexer

/// Follows the stream of one engine, and keeps the index right whatever the stream loses.
protocol HistoryFeed: ~Copyable {
    /// Takes a message from the live socket. `replay` asks the engine for what it still has.
    mutating func receive(
        _ message: HistoryMessage,
        replay: (UInt64) -> [HistoryMessage]
    ) throws

    /// The engine is no longer trusted to tell what became of uncertain blocks.
    mutating func dropUncertain()

    /// Whether everything that was lost could be had again, and it is known how to read it.
    var isComplete: Bool { get }

    /// Whether the feed can know at all whether its engine is still the same.
    var isComparable: Bool { get }

    consuming func end()
}

/// The shortest feed that is right: it is told when an engine has restarted.
struct DirectHistoryFeed: HistoryFeed, ~Copyable {
    private var writer: IndexWriter
    private var epoch = 0
    private var next: UInt64 = 0
    private var hasLost = false

    init(_ writer: consuming IndexWriter) { self.writer = writer }

    mutating func receive(
        _ message: HistoryMessage,
        replay: (UInt64) -> [HistoryMessage]
    ) throws {
        if message.epoch < epoch { return }
        if message.epoch > epoch {
            epoch = message.epoch
            next = 0
            hasLost = false
            writer.startOver()
        }
        if message.number > next {
            for earlier in replay(next) where earlier.number < message.number {
                try apply(earlier)
            }
        }
        try apply(message)
    }

    var isComplete: Bool { !hasLost && writer.isDecided }

    var isComparable: Bool { true }

    mutating func dropUncertain() { writer.dropUncertain() }

    consuming func end() { writer.end() }

    private mutating func apply(_ message: HistoryMessage) throws {
        guard message.epoch == epoch, message.number >= next else { return }
        if message.number > next {
            hasLost = true
            writer.becomeUncertain()
        }
        next = message.number + 1
        try writer.apply(message.payload.span, model: "m")
    }
}

/// Takes the events of a batch, one by one and in order.
package protocol EventVisitor: ~Copyable {
    /// - Parameter payload: The batch that the event lies in. `blocks` refers to it.
    mutating func stored(_ blocks: borrowing StoredBlocks, in payload: Span<UInt8>)
    mutating func removed(_ blocks: borrowing RemovedBlocks)
    mutating func allBlocksCleared()
}

/// What a batch says beside its events.
package struct EventBatchSummary: Equatable, Sendable {
    /// Which of the engine's data-parallel ranks speaks, if it says so. At most 65,535.
    package var dataParallelRank: Int?
    /// Events left out because their type is not known.
    package var unknownEventCount = 0
    /// Events left out because a field is missing or of the wrong type.
    package var malformedEventCount = 0

    package init() {}
}

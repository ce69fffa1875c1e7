import Domain

/// Takes what a `SnapshotDecoder` reads. Places count from 0 in the order of the calls, and name
/// only what came before.
protocol SnapshotVisitor {
    mutating func visit(_ space: SavedSpace)
    mutating func visit(_ publisher: SavedPublisher)
    mutating func visitHolder(publisher: Int, space: Int)
    mutating func visitRun(_ keys: Span<BlockKey>, heldBy holders: [SavedHolder])
    mutating func visitEngineKeys(_ keys: [(hash: EngineBlockHash, key: BlockKey)], publisher: Int)
}

/// Looks on while a file is verified.
struct NoVisitor: SnapshotVisitor {
    mutating func visit(_ space: SavedSpace) {}
    mutating func visit(_ publisher: SavedPublisher) {}
    mutating func visitHolder(publisher: Int, space: Int) {}
    mutating func visitRun(_ keys: Span<BlockKey>, heldBy holders: [SavedHolder]) {}
    mutating func visitEngineKeys(_ keys: [(hash: EngineBlockHash, key: BlockKey)], publisher: Int)
    {}
}

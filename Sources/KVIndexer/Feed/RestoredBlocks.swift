package import Domain

/// A holder that a snapshot has filled.
package struct RestoredHolder: Hashable, Sendable {
    package let id: HolderID
    package let space: KeySpaceID

    package init(id: HolderID, space: KeySpaceID) {
        self.id = id
        self.space = space
    }
}

/// What a snapshot knows of one cache's blocks.
package struct RestoredBlocks: Sendable {
    package var holders: [RestoredHolder]
    /// Of blocks under our own keys: the engine's hash of each, as `forEachEngineKey` told them.
    package var engineKeys: [(hash: EngineBlockHash, key: BlockKey)]

    package static let none = RestoredBlocks(holders: [])

    package init(
        holders: [RestoredHolder],
        engineKeys: [(hash: EngineBlockHash, key: BlockKey)] = []
    ) {
        self.holders = holders
        self.engineKeys = engineKeys
    }
}

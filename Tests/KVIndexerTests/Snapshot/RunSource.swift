import Domain
import KVIndexer

/// An index that has one run, held by every open holder of another index.
struct RunSource: SnapshotSource {
    let keys: [UInt64]
    let holders: InMemoryIndex

    var openHolders: [OpenHolder] { holders.openHolders }

    func exportRuns(
        from cursor: inout IndexCursor,
        entriesMax: Int,
        _ body: (Span<BlockKey>, [HolderTiers]) -> Void
    ) -> Bool {
        let run = keys.map(BlockKey.init(rawValue:))
        body(run.span, openHolders.map { HolderTiers(holder: $0.id, tiers: CacheTiers(.gpu)) })
        return false
    }
}

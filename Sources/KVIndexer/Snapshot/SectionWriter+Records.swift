import BlockKeys
import Domain

// What `SectionReader+Records.swift` reads.

extension SectionWriter {
    /// Opens a section of that kind, or goes on with the open one if `byteCount` more fit in.
    mutating func open(_ kind: SnapshotFormat.SectionKind, for byteCount: Int) {
        if isOpen, payloadByteCount + byteCount <= SnapshotFormat.sectionBytesMax { return }
        end()
        begin(kind)
    }

    mutating func append(_ space: SavedSpace) {
        append(space.scheme.algorithm.rawValue)
        append(UInt32(clamping: space.scheme.blockSize.tokenCount))
        append(UInt8(space.scheme.seed == nil ? 0 : 1))
        append(space.scheme.seed ?? "")
        append(space.model)
    }

    mutating func append(_ publisher: SavedPublisher) {
        append(UInt8((publisher.address == nil ? 0 : 1) | (publisher.eventsAddress == nil ? 0 : 2)))
        append(publisher.rank)
        append(publisher.address ?? "")
        append(publisher.eventsAddress ?? "")
        append(publisher.position.number)
        append(publisher.position.payloadHash)
    }

    /// Appends the blocks in as many runs as it takes; none if nobody holds them. Returns how many
    /// runs that were, and blocks in all of them.
    mutating func append(
        _ keys: Span<BlockKey>,
        heldBy holders: [SavedHolder]
    ) -> (runs: Int, blocks: Int) {
        var count = (runs: 0, blocks: 0)
        for firstHolder in stride(from: 0, to: holders.count, by: SnapshotFormat.runHoldersMax) {
            let part = holders[firstHolder...].prefix(SnapshotFormat.runHoldersMax)
            for first in stride(from: 0, to: keys.count, by: SnapshotFormat.runKeysMax) {
                let end = min(first + SnapshotFormat.runKeysMax, keys.count)
                append(run: keys.extracting(first..<end), heldBy: part)
                count.runs += 1
                count.blocks += end - first
            }
        }
        return count
    }

    private mutating func append(run keys: Span<BlockKey>, heldBy holders: ArraySlice<SavedHolder>)
    {
        open(.runs, for: 8 + 5 * holders.count + 8 * keys.count)
        append(UInt32(keys.count))
        append(UInt32(holders.count))
        for holder in holders {
            append(UInt32(holder.place))
            append(holder.tiers.rawValue)
        }
        append(keys)
    }

    mutating func append(_ counts: SnapshotCounts) {
        append(counts.spaces)
        append(counts.publishers)
        append(counts.holders)
        append(counts.runs)
        append(counts.blocks)
        append(counts.engineKeys)
    }
}

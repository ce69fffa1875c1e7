import BlockKeys
import Domain

/// Makes a snapshot piece by piece, while events go on being applied. Never holds more of it than
/// a few megabytes and the engine keys of one cache.
///
/// The positions of the streams are recorded before the first block is read, and the blocks' state
/// is that of some later moment, not the same one for all. Whoever loads them replays each stream
/// from its position with `IndexWriter.apply(isRepeated: true)`, which repeats what the blocks
/// have already and changes what they have not: both end where the engine is.
///
/// Only confirmed holders are saved: a replay that succeeds confirms all that was loaded.
package struct SnapshotEncoder: Sendable {
    private typealias EngineKeys = ArraySlice<(hash: EngineBlockHash, key: BlockKey)>

    private enum Phase {
        case tables
        case runs(IndexCursor)
        case engineKeys(nextPublisher: Int, rest: EngineKeys)
        case end
        case done
    }

    private static let entriesMax = SnapshotFormat.runKeysMax
    private static let entriesMin = 64

    private let index: any SnapshotSource
    private let feed: any SnapshotFeed
    private let writerVersion: String
    private let createdMilliseconds: UInt64

    private var phase = Phase.tables
    private var stream = Fingerprint.Stream()
    /// Publishers in the order of the file.
    private var caches: [CacheID] = []
    private var places: [HolderID: Int] = [:]
    /// Adapted so that pieces stay near a section's size, whatever the number of holders.
    private var entryCount = SnapshotEncoder.entriesMax

    package private(set) var counts = SnapshotCounts()
    package private(set) var byteCount = 0

    /// - Parameter createdMilliseconds: now, since 1970.
    package init(
        of index: any SnapshotSource,
        fedBy feed: any SnapshotFeed,
        writerVersion: String,
        createdMilliseconds: UInt64
    ) {
        self.index = index
        self.feed = feed
        self.writerVersion = writerVersion
        self.createdMilliseconds = createdMilliseconds
    }

    /// The bytes that follow those of the last call. Nil after the last ones.
    package mutating func next() async -> [UInt8]? {
        var piece: [UInt8]
        repeat {
            switch phase {
            case .tables: piece = await tables()
            case .runs(let cursor): piece = runs(from: cursor)
            case .engineKeys(let publisher, let rest):
                piece = await engineKeys(rest, before: publisher)
            case .end: piece = end()
            case .done: return nil
            }
        } while piece.isEmpty
        byteCount += piece.count
        return piece
    }

    /// Takes what was written into the checksum of the file.
    private mutating func finish(_ writer: inout SectionWriter) -> [UInt8] {
        let piece = writer.take()
        stream.append(piece.span)
        return piece
    }
}

// MARK: Header and tables

extension SnapshotEncoder {
    private mutating func tables() async -> [UInt8] {
        let publishers = await feed.savedPublishers().filter { $0.value.fits }
        let holders = index.openHolders.filter {
            $0.kind == .confirmed && publishers[$0.cache] != nil
        }
        var spaces: [KeySpaceID: SavedSpace] = [:]
        for id in Set(holders.map(\.space)).prefix(SnapshotFormat.spacesMax) {
            if let space = await feed.savedSpace(of: id), space.fits { spaces[id] = space }
        }
        // With some of its blocks left out, a cache's position would promise too much.
        let leftOut =
            holders.filter { spaces[$0.space] == nil }
            + holders.dropFirst(SnapshotFormat.holdersMax)
        let incomplete = Set(leftOut.map(\.cache))
        let complete = publishers.filter { !incomplete.contains($0.key) }

        var writer = SectionWriter()
        writer.append(raw: SnapshotFormat.magic)
        writer.append(SnapshotFormat.version)
        writer.begin(.header)
        writer.append(createdMilliseconds)
        writer.append(writerVersion)
        writer.end()
        let spacePlaces = append(spaces, to: &writer)
        let publisherPlaces = append(complete, to: &writer)
        append(holders, spacePlaces, publisherPlaces, to: &writer)
        phase = .runs(IndexCursor())
        return finish(&writer)
    }

    /// Returns each space's place in the table.
    private mutating func append(
        _ spaces: [KeySpaceID: SavedSpace],
        to writer: inout SectionWriter
    ) -> [KeySpaceID: Int] {
        var places: [KeySpaceID: Int] = [:]
        for (id, space) in spaces {
            writer.open(.spaces, for: 3 * SnapshotFormat.textBytesMax + 16)
            writer.append(space)
            places[id] = places.count
        }
        writer.end()
        counts.spaces = UInt64(places.count)
        return places
    }

    private mutating func append(
        _ publishers: [CacheID: SavedPublisher],
        to writer: inout SectionWriter
    ) -> [CacheID: Int] {
        var places: [CacheID: Int] = [:]
        for (cache, publisher) in publishers.prefix(SnapshotFormat.publishersMax) {
            writer.open(.publishers, for: 2 * SnapshotFormat.textBytesMax + 32)
            writer.append(publisher)
            places[cache] = places.count
            caches.append(cache)
        }
        writer.end()
        counts.publishers = UInt64(places.count)
        return places
    }

    private mutating func append(
        _ holders: [OpenHolder],
        _ spacePlaces: [KeySpaceID: Int],
        _ publisherPlaces: [CacheID: Int],
        to writer: inout SectionWriter
    ) {
        for holder in holders.prefix(SnapshotFormat.holdersMax) {
            guard let space = spacePlaces[holder.space],
                let publisher = publisherPlaces[holder.cache]
            else { continue }
            writer.open(.holders, for: 8)
            writer.append(UInt32(publisher))
            writer.append(UInt32(space))
            places[holder.id] = places.count
        }
        writer.end()
        counts.holders = UInt64(places.count)
    }
}

// MARK: Blocks

extension SnapshotEncoder {
    private mutating func runs(from start: IndexCursor) -> [UInt8] {
        var writer = SectionWriter()
        var cursor = start
        var runCount = 0
        var blockCount = 0
        var having: [SavedHolder] = []
        let places = places
        let hasMore = index.exportRuns(from: &cursor, entriesMax: entryCount) { keys, holders in
            having.removeAll(keepingCapacity: true)
            for holder in holders {
                guard let place = places[holder.holder] else { continue }
                having.append(SavedHolder(place: place, tiers: holder.tiers))
            }
            let written = writer.append(keys, heldBy: having)
            runCount += written.runs
            blockCount += written.blocks
        }
        writer.end()
        counts.runs += UInt64(runCount)
        counts.blocks += UInt64(blockCount)
        if writer.count > SnapshotFormat.sectionBytesMax {
            entryCount = max(entryCount / 2, Self.entriesMin)
        } else {
            entryCount = min(entryCount * 2, Self.entriesMax)
        }
        phase = hasMore ? .runs(cursor) : .engineKeys(nextPublisher: 0, rest: [])
        return finish(&writer)
    }

    private mutating func engineKeys(
        _ rest: EngineKeys,
        before publisher: Int
    ) async -> [UInt8] {
        guard !rest.isEmpty else {
            guard publisher < caches.count else {
                phase = .end
                return []
            }
            let keys = await feed.engineKeys(of: caches[publisher])
            phase = .engineKeys(nextPublisher: publisher + 1, rest: keys[...])
            return []
        }
        var writer = SectionWriter()
        let part = rest.prefix(SnapshotFormat.sectionBytesMax / 16 - 1)
        writer.begin(.engineKeys)
        writer.append(UInt32(publisher - 1))
        for entry in part {
            writer.append(entry.hash.rawValue)
            writer.append(entry.key.rawValue)
        }
        writer.end()
        counts.engineKeys += UInt64(part.count)
        phase = .engineKeys(nextPublisher: publisher, rest: rest.dropFirst(part.count))
        return finish(&writer)
    }

    private mutating func end() -> [UInt8] {
        var writer = SectionWriter()
        writer.begin(.end)
        writer.append(counts)
        writer.end()
        var piece = finish(&writer)
        writer.append(stream.hash)
        piece += writer.take()
        phase = .done
        return piece
    }
}

import BlockKeys
import Domain

// What `SectionWriter+Records.swift` writes.

extension SectionReader {
    mutating func space() throws(SnapshotError) -> SavedSpace {
        let name = try text()
        guard let algorithm = BlockKeyAlgorithm(rawValue: name) else {
            throw .malformed("the algorithm \(name)")
        }
        let blockSize = Int(try number(UInt32.self))
        guard (1...1 << 20).contains(blockSize) else {
            throw .malformed("blocks of \(blockSize) tokens")
        }
        let hasSeed = try number(UInt8.self) != 0
        let seed = try text()
        let scheme = BlockKeyScheme(
            algorithm: algorithm,
            blockSize: BlockSize(tokenCount: blockSize),
            seed: hasSeed ? seed : nil
        )
        return SavedSpace(scheme: scheme, model: try text())
    }

    mutating func publisher() throws(SnapshotError) -> SavedPublisher {
        let flags = try number(UInt8.self)
        let rank = try number(UInt16.self)
        let address = try text()
        let eventsAddress = try text()
        let position = StreamPosition(number: try number(), payloadHash: try number())
        return SavedPublisher(
            address: flags & 1 == 0 ? nil : address,
            rank: rank,
            eventsAddress: flags & 2 == 0 ? nil : eventsAddress,
            position: position
        )
    }

    /// Replaces the contents of both arrays by those of the next run.
    mutating func run(
        _ keys: inout [BlockKey],
        heldBy holders: inout [SavedHolder],
        of holderCount: UInt64
    ) throws(SnapshotError) {
        let keyCount = Int(try number(UInt32.self))
        let count = Int(try number(UInt32.self))
        guard keyCount <= SnapshotFormat.runKeysMax, count <= SnapshotFormat.runHoldersMax,
            keyCount > 0, count > 0, 8 * keyCount + 5 * count <= bytesLeft
        else { throw .malformed("a run of \(keyCount) blocks with \(count) holders") }
        holders.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            let place = try place(below: holderCount)
            let tiers = CacheTiers(rawValue: try number())
            guard (1...15).contains(tiers.rawValue) else { throw .malformed("unknown tiers") }
            holders.append(SavedHolder(place: place, tiers: tiers))
        }
        keys.removeAll(keepingCapacity: true)
        for _ in 0..<keyCount { keys.append(BlockKey(rawValue: try number())) }
    }

    /// The rest of the section.
    mutating func engineKeys() throws(SnapshotError) -> [(hash: EngineBlockHash, key: BlockKey)] {
        var keys: [(hash: EngineBlockHash, key: BlockKey)] = []
        keys.reserveCapacity(bytesLeft / 16)
        while !isAtEnd {
            let hash = EngineBlockHash(rawValue: try number())
            keys.append((hash: hash, key: BlockKey(rawValue: try number())))
        }
        return keys
    }

    mutating func counts() throws(SnapshotError) -> SnapshotCounts {
        var counts = SnapshotCounts()
        counts.spaces = try number()
        counts.publishers = try number()
        counts.holders = try number()
        counts.runs = try number()
        counts.blocks = try number()
        counts.engineKeys = try number()
        return counts
    }
}

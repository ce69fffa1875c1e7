internal import Domain
import Synchronization

/// Where blocks and their holders lie: entries that never move, eight to a chunk. Blocks of one
/// prompt lie behind each other wherever they can, so that a lookup reads straight on.
///
/// Invariants:
/// 1. An entry is free if nobody holds it; its key means nothing then.
/// 2. A chunk is in `freeChunks` if and only if all its entries are free, except between
///    `place` and the caller's setting of the entry's holders.
///
/// Thread safety: under the index's lock; lookups change `warmths` alone, which are atomic.
struct BlockArena: ~Copyable {
    static let chunkEntries = 8
    /// What a chunk was last used for. A search for cold chunks among new ones alone comes by
    /// twice before it takes the first: those that lookups use must outlast that.
    enum Warmth: UInt8 {
        case stored = 1
        case found = 2
    }

    /// Below so many chunks, holes are no matter.
    private static let sparseChunksMin = 512
    private static let sparseEntries = 3
    /// How far one search for a hole goes.
    private static let holeSearchChunks = 64
    /// Touched chunks that one search for a cold one passes over before it takes any.
    private static let coldSearchChunks = 4_096

    private(set) var keys: ReservedMemory<BlockKey>
    private(set) var sets: ReservedMemory<HolderSetID>
    /// By chunk: how often the search for cold ones still passes over it.
    private var warmths: ReservedMemory<UInt8>
    private var freeChunks: ChunkBits
    /// Entries that were ever in use: whole chunks.
    private(set) var count = 0
    private(set) var liveCount = 0
    private var holeHand = 0
    private var freeHand = 0
    private var coldHand = 0

    private var chunkCount: Int { count / Self.chunkEntries }
    var freeChunkCount: Int { freeChunks.count }
    var bytes: Int { keys.bytes + sets.bytes + warmths.bytes + freeChunks.bytes }

    /// - Parameter liveMax: entries that may be live. Twice as many may be holes.
    init(liveMax: Int) {
        let liveMax = min(liveMax, Int(UInt32.max) / 3 - 65_536)
        let chunkMax = (liveMax * 3 + 65_536) / Self.chunkEntries
        keys = ReservedMemory(countMax: chunkMax * Self.chunkEntries)
        sets = ReservedMemory(countMax: chunkMax * Self.chunkEntries)
        warmths = ReservedMemory(countMax: chunkMax)
        freeChunks = ChunkBits(countMax: chunkMax)
        // Entry 0 is always there to be read.
        guard newChunk() != nil else { preconditionFailure("no memory for an index") }
        freeChunks.insert(0)
    }

    /// Whether `entry` is that of `key`.
    @inline(__always)
    func holds(_ key: BlockKey, at entry: UInt32) -> Bool {
        keys[Int(entry)] == key && sets[Int(entry)] != .nobody
    }

    /// Gives a key an entry, behind `previous` if it can be. Nil if the arena is full.
    ///
    /// - Parameters:
    ///   - previous: a live entry.
    ///   - followers: blocks that are about to be placed behind it.
    mutating func place(_ key: BlockKey, after previous: UInt32?, followers: Int) -> UInt32? {
        guard let entry = room(after: previous, followers: followers) else { return nil }
        liveCount += 1
        keys[entry] = key
        touch(entry..<entry + 1, .stored)
        return UInt32(truncatingIfNeeded: entry)
    }

    /// Frees an entry.
    mutating func clear(_ entry: UInt32) {
        liveCount -= 1
        sets[Int(entry)] = .nobody
        let chunk = Int(entry) / Self.chunkEntries
        if entries(of: chunk).allSatisfy({ sets[$0] == .nobody }) { freeChunks.insert(chunk) }
    }

    func entries(of chunk: Int) -> Range<Int> {
        chunk * Self.chunkEntries..<(chunk + 1) * Self.chunkEntries
    }

    /// Keeps the chunks of these entries from eviction for a while. May be called by readers.
    @inline(__always)
    func touch(_ entries: Range<Int>, _ warmth: Warmth) {
        guard !entries.isEmpty else { return }
        let first = entries.lowerBound / Self.chunkEntries
        for chunk in first...(entries.upperBound - 1) / Self.chunkEntries {
            let mark = unsafe Self.mark(warmths.elements + chunk)
            // Most are that warm already: a load leaves the line shared among the cores.
            if unsafe mark.pointee.load(ordering: .relaxed) < warmth.rawValue {
                unsafe mark.pointee.store(warmth.rawValue, ordering: .relaxed)
            }
        }
    }

    /// A chunk that has become cold as the search came by again and again; if it finds none soon,
    /// one that it has not come by for longest. Nil if all are free.
    mutating func coldChunk() -> Int? {
        guard liveCount > 0 else { return nil }
        var passed = 0
        while true {
            coldHand = coldHand + 1 < chunkCount ? coldHand + 1 : 0
            if freeChunks.contains(coldHand) { continue }
            let mark = unsafe Self.mark(warmths.elements + coldHand)
            let warmth = unsafe mark.pointee.load(ordering: .relaxed)
            if warmth == 0 || passed >= Self.coldSearchChunks { return coldHand }
            unsafe mark.pointee.store(warmth - 1, ordering: .relaxed)
            passed += 1
        }
    }

    private static func mark(_ byte: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<
        Atomic<UInt8>
    > {
        unsafe UnsafeMutableRawPointer(byte).assumingMemoryBound(to: Atomic<UInt8>.self)
    }

    private mutating func room(after previous: UInt32?, followers: Int) -> Int? {
        // Whoever has filled a chunk is likely to fill the next.
        var fillsChunks = followers >= Self.chunkEntries
        if let previous {
            let next = Int(previous) + 1
            if next % Self.chunkEntries != 0 {
                if sets[next] == .nobody { return next }
            } else {
                if next < count, freeChunks.contains(next / Self.chunkEntries) {
                    return take(next / Self.chunkEntries)
                }
                fillsChunks = true
            }
        }
        if !fillsChunks, isSparse, let hole = hole() { return hole }
        return freeChunks.next(from: freeHand).map { take($0) } ?? newChunk()
    }

    private mutating func take(_ chunk: Int) -> Int {
        freeChunks.remove(chunk)
        freeHand = chunk
        return chunk * Self.chunkEntries
    }

    private mutating func newChunk() -> Int? {
        let end = count + Self.chunkEntries
        guard keys.grow(to: end), sets.grow(to: end), warmths.grow(to: chunkCount + 1),
            freeChunks.grow(to: chunkCount + 1)
        else { return nil }
        defer { count = end }
        return count
    }

    /// Whether more than five in eight entries of chunks that are not free are holes. More holes
    /// would make prompts of a block or two too large, fewer would tear those apart that grow
    /// block by block.
    private var isSparse: Bool {
        let inUse = chunkCount - freeChunks.count
        return inUse > Self.sparseChunksMin && liveCount < inUse * Self.sparseEntries
    }

    private mutating func hole() -> Int? {
        for _ in 0..<Self.holeSearchChunks {
            holeHand = holeHand + 1 < chunkCount ? holeHand + 1 : 0
            if freeChunks.contains(holeHand) { continue }
            if let entry = entries(of: holeHand).first(where: { sets[$0] == .nobody }) {
                return entry
            }
        }
        return nil
    }
}

internal import Domain

/// What one lookup notes down, kept for the next one.
///
/// Thread safety: belongs to one reader at a time.
struct LookupScratch: ~Copyable {
    /// How far one cache's match has come.
    struct Progress: BitwiseCopyable {
        /// Blocks from the start without a gap. 0 for every cache between lookups.
        var blocks: Int32 = 0
        /// Who has the blocks of the run that it last came through.
        var evidence = Evidence.none
        var blocksByTier = (Int32(0), Int32(0), Int32(0), Int32(0))
        var expectedBlocks: Int32 = 0
        var uncertainBlocks: Int32 = 0
    }

    private(set) var progress = GrowingBuffer<Progress>()
    /// The caches that hold the first block, in the order of the result.
    private(set) var active = GrowingBuffer<UInt32>()
    private(set) var activeCount = 0

    /// Makes room for every cache there is. Allocates only if there are more than ever before.
    mutating func prepare(cacheCount: Int) {
        while progress.count < cacheCount {
            progress.append(Progress())
            active.append(0)
        }
    }

    mutating func activate(_ cache: UInt32) {
        active[activeCount] = cache
        activeCount += 1
    }

    mutating func reset() {
        for index in 0..<activeCount { progress[Int(active[index])] = Progress() }
        activeCount = 0
    }
}

/// Who vouches for a cache's having a block: the tiers of holders that are not just expected,
/// above which a bit says that there is such a holder, and one that a confirmed one is there.
struct Evidence: BitwiseCopyable {
    static let none = Evidence(rawValue: 0)
    private static let sureBit: UInt8 = 1 << 4
    private static let confirmedBit: UInt8 = 1 << 5

    private let rawValue: UInt8

    private init(rawValue: UInt8) { self.rawValue = rawValue }

    @inline(__always)
    init(_ kind: HolderKind, tiers: UInt8) {
        rawValue =
            switch kind {
            case .confirmed: tiers | Self.sureBit | Self.confirmedBit
            case .uncertain: tiers | Self.sureBit
            case .expected: 0
            }
    }

    var isSure: Bool { rawValue & Self.sureBit != 0 }
    var isConfirmed: Bool { rawValue & Self.confirmedBit != 0 }
    var fastestTier: Int { rawValue.trailingZeroBitCount }

    func union(_ other: Evidence) -> Evidence { Evidence(rawValue: rawValue | other.rawValue) }
}

extension LookupScratch.Progress {
    /// Counts blocks on this evidence. Negative: takes back what was counted.
    @inline(__always)
    mutating func count(_ blocks: Int32, on evidence: Evidence) {
        guard evidence.isSure else {
            expectedBlocks &+= blocks
            return
        }
        if !evidence.isConfirmed { uncertainBlocks &+= blocks }
        switch evidence.fastestTier {
        case 0: blocksByTier.0 &+= blocks
        case 1: blocksByTier.1 &+= blocks
        case 2: blocksByTier.2 &+= blocks
        default: blocksByTier.3 &+= blocks
        }
    }

    func match(at cache: CacheID) -> EndpointMatch {
        EndpointMatch(
            endpoint: cache.endpoint,
            rank: cache.rank,
            blocks: blocks,
            blocksByTier: SIMD4(
                blocksByTier.0,
                blocksByTier.1,
                blocksByTier.2,
                blocksByTier.3
            ),
            expectedBlocks: expectedBlocks,
            uncertainBlocks: uncertainBlocks
        )
    }
}

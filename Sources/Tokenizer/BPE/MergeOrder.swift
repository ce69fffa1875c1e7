/// Which of the merges of a short word goes first: the one of the lowest rank, the leftmost of
/// equals. Half as wide as a merge, so that several are compared at the same time.
///
/// The rank is in the upper bits, the place in the lower six. Processors compare vectors of signed
/// numbers, so the highest bit is flipped.
struct MergeOrder: BitwiseCopyable {
    let rawValue: Int32

    /// Ranks are below; that of `MergeTable.none` is beyond, even after its upper bits are cut.
    static let rankEnd: UInt32 = 1 << 25
    /// Greater than the order of every merge.
    static let none = MergeOrder(rawValue: .max)

    private static let placeBits: UInt32 = 6
    private static let placeMask: UInt32 = 1 << placeBits - 1
    private static let flippedBit: UInt32 = 1 << 31

    init(rawValue: Int32) { self.rawValue = rawValue }

    /// The order of `merge`, which may be none. Only the lowest bits of `place` count.
    @inline(__always)
    init(of merge: MergeTable.Merge, at place: Int) {
        let rank = UInt32(truncatingIfNeeded: merge >> 32)
        let bits = UInt32(truncatingIfNeeded: place) & Self.placeMask
        rawValue = Int32(bitPattern: (rank &<< Self.placeBits | bits) ^ Self.flippedBit)
    }

    @inline(__always)
    var isMerge: Bool { rawValue < Int32.max - Int32(Self.placeMask) }

    @inline(__always)
    var place: Int { Int(UInt32(bitPattern: rawValue) & Self.placeMask) }
}

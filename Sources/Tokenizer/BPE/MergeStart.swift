/// What merging starts from: the token of each byte, and the merge of every two bytes.
///
/// Thread safety: never changes.
struct MergeStart: Sendable {
    private let tokenOfByte: [UInt32]
    /// The left byte is in the upper half of the index: those of one script lie close together.
    private let mergeOfBytes: [MergeTable.Merge]

    /// - Precondition: `tokenOfByte` has 256 elements.
    init(tokenOfByte: [UInt32], merges: MergeTable) {
        precondition(tokenOfByte.count == 256)
        self.tokenOfByte = tokenOfByte
        mergeOfBytes = tokenOfByte.flatMap { left in
            tokenOfByte.map { right in merges.merge(of: left, right) }
        }
    }

    /// Writes the tokens of the bytes, and for each but the last its merge with the next one: what
    /// it makes, and its order. `place` is that of the first byte, for the order.
    ///
    /// In bounds: the tables have an entry for whatever two bytes; the caller has room for
    /// `count` elements.
    @inline(__always)
    @unsafe func fill(
        _ bytes: UnsafePointer<UInt8>,
        count: Int,
        place: Int,
        tokens: UnsafeMutablePointer<UInt32>,
        merged: UnsafeMutablePointer<UInt32>,
        orders: UnsafeMutablePointer<MergeOrder>
    ) {
        let tokenOfByte = tokenOfByte.span
        let mergeOfBytes = mergeOfBytes.span
        var left = unsafe Int(bytes[0])
        unsafe tokens[0] = tokenOfByte[unchecked: left]
        var index = 1
        while index < count {
            let right = unsafe Int(bytes[index])
            unsafe tokens[index] = tokenOfByte[unchecked: right]
            let merge = unsafe mergeOfBytes[unchecked: left << 8 | right]
            unsafe merged[index &- 1] = UInt32(truncatingIfNeeded: merge)
            unsafe orders[index &- 1] = MergeOrder(of: merge, at: place &+ index &- 1)
            left = right
            index += 1
        }
    }

    func token(of byte: UInt8) -> UInt32 { tokenOfByte[Int(byte)] }
}

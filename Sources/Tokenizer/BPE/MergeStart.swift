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

    /// Writes the tokens of the bytes, and for each but the last its merge with the next one.
    ///
    /// In bounds: the tables have an entry for whatever two bytes; the caller has room for
    /// `count` elements.
    @inline(__always)
    @unsafe func fill(
        _ bytes: UnsafePointer<UInt8>,
        count: Int,
        tokens: UnsafeMutablePointer<UInt32>,
        merges: UnsafeMutablePointer<MergeTable.Merge>
    ) {
        let tokenOfByte = tokenOfByte.span
        let mergeOfBytes = mergeOfBytes.span
        var left = unsafe Int(bytes[0])
        unsafe tokens[0] = tokenOfByte[unchecked: left]
        var index = 1
        while index < count {
            let right = unsafe Int(bytes[index])
            unsafe tokens[index] = tokenOfByte[unchecked: right]
            unsafe merges[index - 1] = mergeOfBytes[unchecked: left << 8 | right]
            left = right
            index += 1
        }
    }

    func token(of byte: UInt8) -> UInt32 { tokenOfByte[Int(byte)] }
}

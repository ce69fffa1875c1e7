/// The data-parallel rank that a batch ends with, read without decoding the batch.
enum BatchRank {
    /// An array of three: time, events, rank.
    private static let arrayOfThree: UInt8 = 0x93
    private static let null: UInt8 = 0xC0
    private static let uint8: UInt8 = 0xCC

    /// Ranks are below 256 (`Endpoint.dataParallelSize`): MessagePack has them in the last byte.
    /// 0 if the batch names none. A batch that is not of this form fails to decode later on.
    static func read(_ payload: Span<UInt8>) -> UInt16 {
        guard payload.count > 2, payload[0] == arrayOfThree else { return 0 }
        let last = payload[payload.count - 1]
        if last < 0x80 { return UInt16(last) }
        if last == null, payload[payload.count - 2] != uint8 { return 0 }
        return UInt16(last)
    }
}

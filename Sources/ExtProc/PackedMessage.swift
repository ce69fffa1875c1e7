/// Messages that C packs into a buffer of ours.
enum PackedMessage {
    /// Most replies fit; a larger one is packed a second time.
    private static let usualBytes = 1024

    /// - Parameter pack: writes the message if it fits, and returns its size either way.
    @unsafe static func bytes(
        _ pack: (_ buffer: UnsafeMutablePointer<UInt8>?, _ capacity: Int) -> Int
    ) -> [UInt8] {
        var needed = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: usualBytes) { buffer, count in
            needed = unsafe pack(buffer.baseAddress, buffer.count)
            count = needed <= buffer.count ? needed : 0
        }
        if needed == bytes.count { return bytes }
        return unsafe [UInt8](unsafeUninitializedCapacity: needed) { buffer, count in
            count = unsafe pack(buffer.baseAddress, buffer.count)
        }
    }
}

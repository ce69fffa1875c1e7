/// Zeroed memory of a fixed size, which starts at a cache line and is freed with this object.
///
/// Thread safety: none. What is shared is not written any more; the rest belongs to the scratch
/// memory of one encode at a time, which is why this may be sent.
@safe final class AlignedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    private static var cacheLineBytes: Int { 64 }

    /// - Precondition: all zero bits are a value of `Element`.
    init(count: Int) {
        let byteCount = count * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount,
            alignment: Self.cacheLineBytes
        )
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        unsafe start = memory.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    deinit { unsafe UnsafeMutableRawPointer(start).deallocate() }
}

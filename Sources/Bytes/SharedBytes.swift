/// Bytes that no longer change and may be held by Swift and by C-core at once.
///
/// `@unchecked Sendable`: the memory is written before the value exists, and never after.
@safe package final class SharedBytes: @unchecked Sendable {
    /// For C that borrows the bytes: good as long as this object is retained.
    @unsafe package let base: UnsafeMutablePointer<UInt8>
    package let count: Int
    /// Bytes of memory behind `base`. Those beyond `count` may be read, but mean nothing.
    package let capacity: Int

    /// Takes `base` over; it was allocated with `capacity`, and `count` bytes of it are set.
    init(owning base: UnsafeMutablePointer<UInt8>, count: Int, capacity: Int) {
        unsafe self.base = base
        self.count = count
        self.capacity = capacity
    }

    deinit { unsafe base.deallocate() }

    package var span: Span<UInt8> {
        @_lifetime(borrow self) get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

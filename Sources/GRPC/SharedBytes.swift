/// Bytes that no longer change and may be held by Swift and by C-core at once.
///
/// `@unchecked Sendable`: the memory is written before the value exists, and never after.
@safe package final class SharedBytes: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt8>
    package let count: Int
    private let capacity: Int

    /// Takes `base` over; it was allocated with `capacity`, and `count` bytes of it are set.
    fileprivate init(owning base: UnsafeMutablePointer<UInt8>, count: Int, capacity: Int) {
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

/// Bytes that are being collected, in memory that becomes `SharedBytes` without a copy.
@safe package struct GrowingBytes: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    package private(set) var count = 0
    private var capacity: Int

    package init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Makes room for `additional` bytes, at least doubling, so that appending stays linear.
    package mutating func reserve(_ additional: Int) {
        guard capacity - count < additional else { return }
        let larger = max(capacity * 2, count + additional)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (base + count).update(from: source, count: bytes.count)
        }
        count += bytes.count
    }

    package consuming func share() -> SharedBytes {
        let shared = unsafe SharedBytes(owning: base, count: count, capacity: capacity)
        discard self
        return shared
    }
}

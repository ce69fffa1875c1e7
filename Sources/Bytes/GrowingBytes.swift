/// Bytes that are being collected, in memory that becomes `SharedBytes` without a copy.
@safe package struct GrowingBytes: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    package private(set) var count = 0
    private var capacity = 0

    package init() { unsafe base = .allocate(capacity: 0) }

    deinit { unsafe base.deallocate() }

    /// Makes room for `additional` bytes, at least doubling, so that appending stays linear.
    package mutating func reserve(_ additional: Int) {
        guard capacity - count < additional else { return }
        let larger = max(capacity * 2, count + additional, 1024)
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

    /// What has been collected so far. Collecting starts anew.
    package mutating func take() -> SharedBytes {
        let taken = unsafe SharedBytes(owning: base, count: count, capacity: capacity)
        // Field by field: assigning a new value would free the memory that was just given away.
        unsafe base = .allocate(capacity: 0)
        count = 0
        capacity = 0
        return taken
    }
}

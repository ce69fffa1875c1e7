/// A growing array that readers of several threads may index without touching a reference count.
///
/// Invariant: callers pass indices below `count`, checked in debug builds only.
/// Thread safety: none; under the index's lock.
@safe struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity = 16
    private(set) var count = 0

    var bytes: Int { capacity * MemoryLayout<Element>.stride }
    var bytesAfterAppend: Int { count == capacity ? 2 * bytes : bytes }

    init() { unsafe base = .allocate(capacity: 16) }

    deinit { unsafe base.deallocate() }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert((0..<count).contains(index))
            return unsafe base[index]
        }
        @inline(__always) nonmutating set {
            assert((0..<count).contains(index))
            unsafe base[index] = newValue
        }
    }

    mutating func append(_ element: Element) {
        if count == capacity {
            let grown = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
            unsafe grown.update(from: base, count: count)
            unsafe base.deallocate()
            unsafe base = grown
            capacity *= 2
        }
        unsafe base[count] = element
        count += 1
    }
}

import Glibc

/// Numbers in memory that grows in place: its address never changes, because address space for
/// all that it may ever hold is set aside at first, which costs nothing until it is used.
///
/// Invariants:
/// 1. The first `count` elements can be read and written, and began as zero bytes.
/// 2. Callers pass indices below `count`: checked in debug builds only, as lookups read here
///    once per block.
///
/// Thread safety: none; under the index's lock.
@safe struct ReservedMemory<Element: BitwiseCopyable>: ~Copyable {
    private let base: UnsafeMutablePointer<Element>
    private let countMax: Int
    private(set) var count = 0

    private var stride: Int { MemoryLayout<Element>.stride }
    /// What is in use, as the system counts it.
    var bytes: Int { pages(for: count) }

    init(countMax: Int) {
        self.countMax = countMax
        let bytes = (countMax * MemoryLayout<Element>.stride + 4_095) & ~4_095
        let memory = unsafe mmap(
            nil,
            max(bytes, 4_096),
            PROT_NONE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0
        )
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
            preconditionFailure("no address space for \(bytes) bytes")
        }
        unsafe base = memory.bindMemory(to: Element.self, capacity: countMax)
    }

    deinit { unsafe munmap(base, max((countMax * stride + 4_095) & ~4_095, 4_096)) }

    /// Makes room for the first `newCount`. False if there is none, and nothing has changed.
    mutating func grow(to newCount: Int) -> Bool {
        guard newCount <= countMax else { return false }
        let (old, new) = (pages(for: count), pages(for: newCount))
        if new > old {
            let added = unsafe UnsafeMutableRawPointer(base) + old
            guard unsafe mprotect(added, new - old, PROT_READ | PROT_WRITE) == 0 else {
                return false
            }
            // A walk over a prompt's blocks then needs one entry of the TLB, not one per page.
            if new - old >= Self.largeStep { unsafe madvise(added, new - old, MADV_HUGEPAGE) }
        }
        count = newCount
        return true
    }

    subscript(index: Int) -> Element {
        get {
            assert((0..<count).contains(index))
            return unsafe base[index]
        }
        nonmutating set {
            assert((0..<count).contains(index))
            unsafe base[index] = newValue
        }
    }

    /// For the loops that are too hot for a call per element; as long as invariant 2 holds.
    var elements: UnsafeMutablePointer<Element> { unsafe base }

    private static var largeStep: Int { 2 << 20 }

    /// Small memories grow by pages, large ones by what the system's large pages hold.
    private func pages(for count: Int) -> Int {
        let bytes = count * stride
        let step = bytes < 4 * Self.largeStep ? 16_384 : Self.largeStep
        return min((bytes + step - 1) & ~(step - 1), (countMax * stride + 4_095) & ~4_095)
    }
}

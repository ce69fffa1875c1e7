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
    private let reservation: UnsafeMutableRawPointer
    private let bytesMax: Int
    /// Memory may be had in large pages; then it grows by those.
    private let isLarge: Bool
    private(set) var count = 0
    /// What is in use, as the system counts it.
    private(set) var bytes = 0

    init(countMax: Int) {
        bytesMax = (max(countMax, 1) * MemoryLayout<Element>.stride + Self.step) & ~Self.step
        isLarge = bytesMax >= Self.largeBytesMin
        let reservation = unsafe mmap(
            nil,
            bytesMax + Self.largeStep,
            PROT_NONE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0
        )
        guard let reservation = unsafe reservation, unsafe reservation != MAP_FAILED else {
            preconditionFailure("no address space for \(bytesMax) bytes")
        }
        unsafe self.reservation = reservation
        let start = unsafe reservation.alignedUp(toMultipleOf: Self.largeStep)
        // A lookup among many gigabytes then misses the TLB once, not once per table as well.
        if isLarge { unsafe madvise(start, bytesMax, MADV_HUGEPAGE) }
        unsafe base = start.bindMemory(to: Element.self, capacity: countMax)
    }

    deinit { unsafe munmap(reservation, bytesMax + Self.largeStep) }

    /// Makes room for the first `newCount`. False if there is none, and nothing has changed.
    mutating func grow(to newCount: Int) -> Bool {
        let needed = newCount * MemoryLayout<Element>.stride
        if needed > bytes {
            let step = isLarge ? Self.largeStep - 1 : Self.step
            let new = min((needed + step) & ~step, bytesMax)
            guard needed <= new else { return false }
            let added = unsafe UnsafeMutableRawPointer(base) + bytes
            guard unsafe mprotect(added, new - bytes, PROT_READ | PROT_WRITE) == 0 else {
                return false
            }
            bytes = new
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

    private static var step: Int { 16_384 - 1 }
    private static var largeStep: Int { 2 << 20 }
    private static var largeBytesMin: Int { 64 << 20 }
}

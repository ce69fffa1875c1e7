import Glibc

/// Asks for large pages under tables that are read at random: the processor then finds where
/// they are without reading page tables, which costs as much as reading the tables themselves.
enum HugePages {
    private static let pageBytes: UInt = 2 << 20
    /// Linux 6.1 and newer: at once, for memory that is in use already.
    private static let collapse: Int32 = 25

    /// Does nothing if the kernel cannot, or does not want to.
    @unsafe static func advise(_ memory: UnsafeRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        let from = (UInt(bitPattern: start) + pageBytes - 1) & ~(pageBytes - 1)
        let end = (UInt(bitPattern: start) + UInt(memory.count)) & ~(pageBytes - 1)
        guard from < end, let aligned = unsafe UnsafeMutableRawPointer(bitPattern: from) else {
            return
        }
        // Only says how the pages are backed: what is in them stays.
        unsafe madvise(aligned, Int(end - from), MADV_HUGEPAGE)
        unsafe madvise(aligned, Int(end - from), collapse)
    }
}

internal import Domain

/// Entries by the keys that they have. Split into tables that grow one at a time, so that no
/// change has to wait for all keys to be placed anew.
///
/// Thread safety: none; under the index's lock.
@safe struct BlockDirectory: ~Copyable {
    /// A key's hash: the table is chosen by its upper half, the slot by its lower one.
    struct Hash: BitwiseCopyable {
        let table: Int
        let tag: UInt32
    }

    private static let tableCount = 256

    /// Invariant: `tableCount` tables, initialized.
    private let tables: UnsafeMutablePointer<TagTable>
    /// Random, so that no engine can choose keys that all fall into one place.
    private let seed: UInt64
    private(set) var count = 0
    private(set) var bytes = 0

    init() {
        seed = UInt64.random(in: .min ... .max)
        unsafe tables = .allocate(capacity: Self.tableCount)
        for table in 0..<Self.tableCount { unsafe (tables + table).initialize(to: TagTable()) }
    }

    deinit {
        unsafe tables.deinitialize(count: Self.tableCount)
        unsafe tables.deallocate()
    }

    @inline(__always)
    func hash(_ key: BlockKey) -> Hash {
        let product = (key.rawValue ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        let mixed = product.high ^ product.low
        return Hash(
            table: Int(truncatingIfNeeded: mixed >> 56),
            tag: UInt32(truncatingIfNeeded: mixed)
        )
    }

    @inline(__always)
    func entry(_ hash: Hash, where isWanted: (UInt32) -> Bool) -> UInt32? {
        unsafe tables[hash.table].first(hash.tag, where: isWanted)
    }

    @inline(__always)
    func hint(_ hash: Hash) -> UInt32? { unsafe tables[hash.table].hint(hash.tag) }

    /// - Parameter entry: of a key that is not in the directory.
    mutating func insert(_ entry: UInt32, _ hash: Hash) {
        let before = unsafe tables[hash.table].bytes
        unsafe tables[hash.table].insert(entry, tag: hash.tag)
        bytes += unsafe tables[hash.table].bytes - before
        count += 1
    }

    mutating func remove(_ entry: UInt32, _ hash: Hash) {
        unsafe tables[hash.table].remove(entry, tag: hash.tag)
        count -= 1
    }
}

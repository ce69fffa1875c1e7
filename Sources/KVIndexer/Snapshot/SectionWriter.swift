import BlockKeys
import Domain

/// Bytes of a snapshot, section behind section, until somebody takes them.
struct SectionWriter {
    private var bytes: [UInt8] = []
    /// Where the open section's header stands.
    private var start: Int?

    var count: Int { bytes.count }

    var isOpen: Bool { start != nil }

    /// Bytes in the open section's payload.
    var payloadByteCount: Int {
        start.map { bytes.count - $0 - SnapshotFormat.sectionHeaderByteCount } ?? 0
    }

    mutating func begin(_ kind: SnapshotFormat.SectionKind) {
        precondition(start == nil, "a section is open")
        start = bytes.count
        append(kind.rawValue)
        append(UInt32(0))
        append(UInt64(0))
    }

    mutating func end() {
        guard let start else { return }
        let payload = start + SnapshotFormat.sectionHeaderByteCount
        let checksum = Fingerprint.hash(bytes.span.extracting(payload...))
        replace(UInt32(bytes.count - payload), at: start + 4)
        replace(checksum, at: start + 8)
        self.start = nil
    }

    mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        var rest = number
        for _ in 0..<type(of: number).bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Appends the text behind its length in bytes.
    mutating func append(_ text: String) {
        precondition(SnapshotFormat.fits(text), "the text is too long")
        append(UInt16(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Unsafe for the length of a copy: the keys' memory is initialized, and `keys` keeps it.
    mutating func append(_ keys: Span<BlockKey>) {
        #if _endian(little)
            unsafe keys.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        #else
            for index in keys.indices { append(keys[index].rawValue) }
        #endif
    }

    mutating func append(raw: [UInt8]) { bytes.append(contentsOf: raw) }

    /// Everything that was written, and forgets it.
    mutating func take() -> [UInt8] {
        precondition(start == nil, "a section is open")
        defer { bytes.removeAll() }
        return bytes
    }

    private mutating func replace(
        _ number: some FixedWidthInteger & UnsignedInteger,
        at place: Int
    ) {
        for byte in 0..<type(of: number).bitWidth / 8 {
            bytes[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte))
        }
    }
}

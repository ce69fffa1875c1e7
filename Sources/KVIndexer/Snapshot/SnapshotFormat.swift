/// The numbers of the snapshot's format, which `docs/decisions/0007-snapshots.md` describes.
enum SnapshotFormat {
    /// "WPKVSNAP" as its bytes lie in the file.
    static let magic: [UInt8] = Array("WPKVSNAP".utf8)
    /// Grows with every change that an older reader cannot read.
    static let version: UInt32 = 1
    /// Magic and version.
    static let preambleByteCount = 12

    enum SectionKind: UInt32 {
        case header = 1
        case spaces
        case publishers
        case holders
        case runs
        case engineKeys
        case end = 255
    }

    /// Kind, byte count, checksum.
    static let sectionHeaderByteCount = 16
    /// A longer payload is refused: what a reader holds in memory at a time.
    static let sectionBytesMax = 1 << 20
    static let checksumByteCount = 8

    static let textBytesMax = 4_096
    static let spacesMax = 4_096
    static let publishersMax = 1 << 20
    static let holdersMax = 1 << 22
    static let runKeysMax = 16_384
    static let runHoldersMax = 4_096
    /// A clock that is ahead of ours by less is no reason to refuse.
    static let futureSecondsMax: Int64 = 60

    static func fits(_ text: String) -> Bool { text.utf8.count <= textBytesMax }
}

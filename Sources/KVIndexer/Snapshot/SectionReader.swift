import BlockKeys

/// A cursor over one section's payload. Its bytes may be anything: it never reads beyond the end,
/// and reserves nothing by a count that it has only read.
struct SectionReader {
    /// Reused from section to section, and as long as the longest so far.
    var bytes: [UInt8] = []
    private(set) var count = 0
    private var position = 0

    /// Gives `bytes` room for so many.
    mutating func makeRoom(for count: Int) {
        guard bytes.count < count else { return }
        bytes = [UInt8](repeating: 0, count: max(count, 1 << 12))
    }

    /// Begins with the first `count` bytes.
    mutating func begin(count: Int) {
        self.count = count
        position = 0
    }

    var checksum: UInt64 { Fingerprint.hash(bytes.span.extracting(..<count)) }

    var isAtEnd: Bool { position == count }
    var bytesLeft: Int { count - position }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type = Number.self
    ) throws(SnapshotError) -> Number {
        let width = Number.bitWidth / 8
        guard bytesLeft >= width else { throw .malformed("a section ends inside a number") }
        var number: Number = 0
        for byte in 0..<width {
            number |= Number(truncatingIfNeeded: bytes[position + byte]) << (8 * byte)
        }
        position += width
        return number
    }

    mutating func text() throws(SnapshotError) -> String {
        let length = Int(try number(UInt16.self))
        guard length <= SnapshotFormat.textBytesMax, length <= bytesLeft else {
            throw .malformed("a text of \(length) bytes")
        }
        defer { position += length }
        guard let text = String(validating: bytes[position..<position + length], as: UTF8.self)
        else { throw .malformed("a text is not UTF-8") }
        return text
    }

    /// A number that must be below `bound`: a place in a table.
    mutating func place(below bound: UInt64) throws(SnapshotError) -> Int {
        let place = UInt64(try number(UInt32.self))
        guard place < bound else { throw .malformed("entry \(place) of a table of \(bound)") }
        return Int(place)
    }
}

import BlockKeys
import Domain
import Files

/// Reads a snapshot file and believes nothing of it. Holds one section at a time.
///
/// Blocks on the disk: give it a thread.
struct SnapshotDecoder: ~Copyable {
    /// What is refused, besides what is wrong in itself.
    struct Limits {
        let bytesMax: Int
        let ageMaxSeconds: Int
        /// Since 1970.
        let nowMilliseconds: UInt64
    }

    private let file: FileReader
    private let limits: Limits
    private var section = SectionReader()
    private var stream = Fingerprint.Stream()
    private var counts = SnapshotCounts()
    private var keys: [BlockKey] = []
    private var holders: [SavedHolder] = []

    init(reading file: consuming FileReader, _ limits: Limits) {
        self.file = file
        self.limits = limits
    }

    /// Reads the file from its beginning to its end. Visits what precedes an error, so that
    /// a file must be verified before anything of it is kept.
    mutating func decode(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) -> SnapshotCounts {
        counts = SnapshotCounts()
        stream = Fingerprint.Stream()
        try begin()
        guard try nextSection() == .header else { throw .malformed("no header") }
        try checkAge(try section.number())
        _ = try section.text()  // who wrote it
        while true {
            guard section.isAtEnd else { throw .malformed("a section has more than it should") }
            switch try nextSection() {
            case .header: throw .malformed("two headers")
            case .spaces: try readSpaces(into: &visitor)
            case .publishers: try readPublishers(into: &visitor)
            case .holders: try readHolders(into: &visitor)
            case .runs: try readRuns(into: &visitor)
            case .engineKeys: try readEngineKeys(into: &visitor)
            case .end:
                try end()
                return counts
            }
        }
    }

    private func checkAge(_ createdMilliseconds: UInt64) throws(SnapshotError) {
        let created = Int64(clamping: createdMilliseconds / 1_000)
        let age = Int64(clamping: limits.nowMilliseconds / 1_000) - created
        guard age >= -SnapshotFormat.futureSecondsMax else { throw .fromTheFuture(seconds: -age) }
        guard age <= limits.ageMaxSeconds else { throw .stale(ageSeconds: age) }
    }
}

// MARK: The frame

extension SnapshotDecoder {
    private mutating func begin() throws(SnapshotError) {
        let byteCount: Int
        do throws(FileError) {
            try file.rewind()
            byteCount = try file.byteCount()
        } catch {
            throw .unreadable(error)
        }
        guard byteCount <= limits.bytesMax else { throw .tooLarge(bytesMax: limits.bytesMax) }
        try read(SnapshotFormat.preambleByteCount)
        for place in SnapshotFormat.magic.indices {
            guard section.bytes[place] == SnapshotFormat.magic[place] else { throw .notASnapshot }
            _ = try section.number(UInt8.self)
        }
        let version = try section.number(UInt32.self)
        guard version == SnapshotFormat.version else { throw .otherVersion(version) }
    }

    /// Reads the next section whole and verifies its checksum.
    private mutating func nextSection() throws(SnapshotError) -> SnapshotFormat.SectionKind {
        try read(SnapshotFormat.sectionHeaderByteCount)
        let number = try section.number(UInt32.self)
        let byteCount = Int(try section.number(UInt32.self))
        let checksum = try section.number(UInt64.self)
        guard let kind = SnapshotFormat.SectionKind(rawValue: number) else {
            throw .malformed("a section of kind \(number)")
        }
        guard byteCount <= SnapshotFormat.sectionBytesMax else {
            throw .malformed("a section of \(byteCount) bytes")
        }
        try read(byteCount)
        guard section.checksum == checksum else { throw .damaged }
        return kind
    }

    /// Makes the next bytes the section, and takes them into the checksum of the file.
    private mutating func read(_ count: Int) throws(SnapshotError) {
        guard try readUpTo(count) == count else { throw .truncated }
        section.begin(count: count)
        let bytes = section.bytes
        stream.append(bytes.span.extracting(..<count))
    }

    private mutating func readUpTo(_ count: Int) throws(SnapshotError) -> Int {
        section.makeRoom(for: count)
        do throws(FileError) {
            return try file.read(count, into: &section.bytes)
        } catch {
            throw .unreadable(error)
        }
    }

    private mutating func end() throws(SnapshotError) {
        guard try section.counts() == counts, section.isAtEnd else {
            throw .malformed("not as much as its end says")
        }
        let expected = stream.hash
        try read(SnapshotFormat.checksumByteCount)
        guard try section.number(UInt64.self) == expected else { throw .damaged }
        guard try readUpTo(1) == 0 else { throw .malformed("something behind the end") }
    }
}

// MARK: Sections

extension SnapshotDecoder {
    private mutating func readSpaces(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) {
        while !section.isAtEnd {
            visitor.visit(try section.space())
            counts.spaces += 1
            guard counts.spaces <= SnapshotFormat.spacesMax else {
                throw .malformed("too many spaces")
            }
        }
    }

    private mutating func readPublishers(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) {
        while !section.isAtEnd {
            visitor.visit(try section.publisher())
            counts.publishers += 1
            guard counts.publishers <= SnapshotFormat.publishersMax else {
                throw .malformed("too many publishers")
            }
        }
    }

    private mutating func readHolders(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) {
        while !section.isAtEnd {
            let publisher = try section.place(below: counts.publishers)
            let space = try section.place(below: counts.spaces)
            visitor.visitHolder(publisher: publisher, space: space)
            counts.holders += 1
            guard counts.holders <= SnapshotFormat.holdersMax else {
                throw .malformed("too many holders")
            }
        }
    }

    private mutating func readRuns(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) {
        while !section.isAtEnd {
            try section.run(&keys, heldBy: &holders, of: counts.holders)
            let run = keys
            visitor.visitRun(run.span, heldBy: holders)
            counts.runs += 1
            counts.blocks += UInt64(keys.count)
        }
    }

    private mutating func readEngineKeys(
        into visitor: inout some SnapshotVisitor
    ) throws(SnapshotError) {
        let publisher = try section.place(below: counts.publishers)
        let keys = try section.engineKeys()
        visitor.visitEngineKeys(keys, publisher: publisher)
        counts.engineKeys += UInt64(keys.count)
    }
}

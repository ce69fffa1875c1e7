import JSON

/// Reads the entries of `merges`, one after another, in memory that it keeps: there are half a
/// million of them.
struct MergeReader {
    private let vocabulary: Vocabulary
    private let spelling: TokenNames.Spelling
    /// Bytes at the start of the right token that the merged one does not have.
    private let prefixCount: Int
    /// The left token, then the right one.
    private var bytes: [UInt8] = []
    private var middle = 0
    private var merged: [UInt8] = []
    private var mergedID: UInt32?

    init(_ names: TokenNames, prefixCount: Int = 0) {
        vocabulary = names.vocabulary
        spelling = names.spelling
        self.prefixCount = prefixCount
    }

    /// The two tokens of the entry that was read, as they are spelled.
    var left: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span.extracting(..<middle) }
    }
    var right: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span.extracting(middle...) }
    }

    /// Reads `["a", "b"]` or `"a b"`; false for the comment that old files begin with.
    mutating func read(_ entry: JSONValue) throws(TokenizerError) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        let isComment = entry.withUTF8 { line in readLine(line) }
        if isComment == true { return false }
        var partCount = isComment == nil ? 0 : middle < 0 ? 0 : 2
        if isComment == nil {
            entry.forEachElement { part in
                if partCount == 1 { middle = bytes.count }
                partCount += 1
                let isSpelled = part.withUTF8 { append($0) } ?? false
                if !isSpelled { partCount = .min }
            }
        }
        guard partCount == 2 else {
            throw .malformed(part: "model merges", reason: "\(entry.summary) is not a pair")
        }
        return true
    }

    /// The tokens of the entry that was read, and what they merge into.
    mutating func tokens() throws(TokenizerError) -> (left: UInt32, right: UInt32, merged: UInt32) {
        guard middle > 0, bytes.count - middle > prefixCount || prefixCount == 0,
            middle < bytes.count,
            let left = vocabulary.id(of: left), let right = vocabulary.id(of: right),
            let merged = findMerged()
        else { throw notTokens }
        return (left, right, merged)
    }

    /// Merges that follow each other often make the same token.
    private mutating func findMerged() -> UInt32? {
        let rightCount = bytes.count - middle - prefixCount
        if merged.count == middle + rightCount, mergedID != nil,
            merged[..<middle] == bytes[..<middle],
            merged[middle...] == bytes[(middle + prefixCount)...]
        {
            return mergedID
        }
        merged.removeAll(keepingCapacity: true)
        merged += bytes[..<middle]
        merged += bytes[(middle + prefixCount)...]
        mergedID = vocabulary.id(of: merged.span)
        return mergedID
    }

    /// Returns whether the line is a comment. Without exactly one space, `middle` is -1.
    private mutating func readLine(_ line: Span<UInt8>) -> Bool {
        middle = -1
        let comment = "#version".utf8
        if line.count >= comment.count, zip(0..., comment).allSatisfy({ line[$0] == $1 }) {
            return true
        }
        var space: Int?
        for index in line.indices where line[index] == UInt8(ascii: " ") {
            if space != nil { return false }
            space = index
        }
        guard let space, append(line.extracting(..<space)) else { return false }
        let leftCount = bytes.count
        guard append(line.extracting((space + 1)...)) else { return false }
        middle = leftCount
        return false
    }

    private mutating func append(_ name: Span<UInt8>) -> Bool {
        switch spelling {
        case .plain: bytes.append(name, in: 0..<name.count)
        case .byteLevel: return ByteLevel.appendBytes(of: name, to: &bytes)
        }
        return true
    }

    private var notTokens: TokenizerError {
        .malformed(
            part: "model merges",
            reason: "\"\(String(decoding: bytes[..<middle], as: UTF8.self))\" and "
                + "\"\(String(decoding: bytes[middle...], as: UTF8.self))\" "
                + "are not two tokens of vocab that make a third"
        )
    }
}

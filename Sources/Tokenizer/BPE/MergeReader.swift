import JSON

/// Reads the entries of `merges` into ids, without allocating: there are hundreds of thousands.
struct MergeReader {
    private let vocabulary: Vocabulary
    /// The bytes of the entry at hand, those of the left token first.
    private var bytes: [UInt8] = []

    /// Ids of two tokens and of the token that both make.
    struct Merge {
        let left: UInt32
        let right: UInt32
        let merged: UInt32
    }

    init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

    /// The merge of `["a", "b"]` or `"a b"`, in byte-level spelling; nil for whatever else.
    mutating func read(_ entry: JSONValue) -> Merge? {
        bytes.removeAll(keepingCapacity: true)
        var leftCount: Int?
        if entry.kind == .array {
            var partCount = 0
            entry.forEachElement { part in
                partCount += 1
                guard part.withBytes({ append($0) }) == true else { return partCount = 3 }
                if partCount == 1 { leftCount = bytes.count }
            }
            if partCount != 2 { return nil }
        } else {
            leftCount = entry.withBytes { appendPair($0) } ?? nil
        }
        guard let leftCount, leftCount > 0, leftCount < bytes.count,
            let left = vocabulary.id(of: bytes.span.extracting(..<leftCount)),
            let right = vocabulary.id(of: bytes.span.extracting(leftCount...)),
            let merged = vocabulary.id(of: bytes.span)
        else { return nil }
        return Merge(left: left, right: right, merged: merged)
    }

    private mutating func append(_ name: Span<UInt8>) -> Bool {
        ByteLevel.append(decoding: name, to: &bytes)
    }

    /// Appends what is before the space and what is after it; returns the count of the former.
    /// No name has a space: the alphabet of bytes has another character for it.
    private mutating func appendPair(_ line: Span<UInt8>) -> Int? {
        var space = 0
        while space < line.count, line[space] != UInt8(ascii: " ") { space += 1 }
        guard space < line.count, append(line.extracting(..<space)) else { return nil }
        let leftCount = bytes.count
        return append(line.extracting((space + 1)...)) ? leftCount : nil
    }
}

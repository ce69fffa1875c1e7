/// A set of chunks, one bit each, with a bit for each word that has any: the next chunk after
/// another is found without reading all words between.
struct ChunkBits: ~Copyable {
    private var words: ReservedMemory<UInt64>
    private var summary: ReservedMemory<UInt64>
    private(set) var count = 0

    var bytes: Int { words.bytes + summary.bytes }

    init(countMax: Int) {
        words = ReservedMemory(countMax: countMax / 64 + 1)
        summary = ReservedMemory(countMax: countMax / 4_096 + 1)
    }

    /// Makes room for the chunks below `chunkCount`.
    mutating func grow(to chunkCount: Int) -> Bool {
        words.grow(to: chunkCount / 64 + 1) && summary.grow(to: chunkCount / 4_096 + 1)
    }

    func contains(_ chunk: Int) -> Bool { words[chunk >> 6] & Self.bit(chunk) != 0 }

    /// - Parameter chunk: not in the set.
    mutating func insert(_ chunk: Int) {
        words[chunk >> 6] |= Self.bit(chunk)
        summary[chunk >> 12] |= Self.bit(chunk >> 6)
        count += 1
    }

    /// - Parameter chunk: in the set.
    mutating func remove(_ chunk: Int) {
        words[chunk >> 6] &= ~Self.bit(chunk)
        if words[chunk >> 6] == 0 { summary[chunk >> 12] &= ~Self.bit(chunk >> 6) }
        count -= 1
    }

    /// The first one that is not below `chunk`; if there is none, the first of all.
    func next(from chunk: Int) -> Int? {
        guard count > 0 else { return nil }
        return first(from: chunk) ?? first(from: 0)
    }

    private func first(from chunk: Int) -> Int? {
        let word = chunk >> 6
        guard word < words.count else { return nil }
        let rest = words[word] & (~0 << UInt64(chunk & 63))
        if rest != 0 { return word << 6 | rest.trailingZeroBitCount }
        var group = (word + 1) >> 6
        var mask = ~UInt64(0) << UInt64((word + 1) & 63)
        while group < summary.count {
            let rest = summary[group] & mask
            if rest != 0 {
                let word = group << 6 | rest.trailingZeroBitCount
                return word << 6 | words[word].trailingZeroBitCount
            }
            mask = ~0
            group += 1
        }
        return nil
    }

    private static func bit(_ place: Int) -> UInt64 { 1 << UInt64(place & 63) }
}

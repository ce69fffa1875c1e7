/// The tokens of long words seen before. Bytes and tokens are kept in arenas, and all is
/// forgotten when one of them is full.
struct LongWordCache: Sendable {
    private struct Word: BitwiseCopyable {
        var hash: UInt64 = 0
        var bytesStart: UInt32 = 0
        var byteCount: UInt32 = 0
        var tokensStart: UInt32 = 0
        var tokenCount: UInt32 = 0
    }

    private static let slotCount = 1 << 12
    private static let bytesMax = 1 << 18
    private static let tokensMax = 1 << 16
    /// A word longer than this is no word that comes back.
    private static let wordBytesMax = 512

    private var slots = [Word](repeating: Word(), count: slotCount)
    private var bytes: [UInt8] = []
    private(set) var tokens: [UInt32] = []

    /// Where in `tokens` those of a word are.
    func word(_ text: Span<UInt8>, from start: Int, count: Int, hash: UInt64) -> Range<Int>? {
        let slot = slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)]
        guard slot.hash == hash, Int(slot.byteCount) == count,
            text.equals(bytes.span, from: Int(slot.bytesStart), start: start, count: count)
        else { return nil }
        return Int(slot.tokensStart)..<Int(slot.tokensStart + slot.tokenCount)
    }

    mutating func store(
        _ text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64,
        tokens wordTokens: some Collection<UInt32>
    ) {
        guard count <= Self.wordBytesMax else { return }
        if bytes.count + count > Self.bytesMax
            || tokens.count + wordTokens.count > Self.tokensMax
        {
            bytes.removeAll(keepingCapacity: true)
            tokens.removeAll(keepingCapacity: true)
            for index in slots.indices { slots[index] = Word() }
        }
        slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)] = Word(
            hash: hash,
            bytesStart: UInt32(bytes.count),
            byteCount: UInt32(count),
            tokensStart: UInt32(tokens.count),
            tokenCount: UInt32(wordTokens.count)
        )
        for offset in 0..<count { bytes.append(text[start + offset]) }
        tokens.append(contentsOf: wordTokens)
    }
}

/// The model's tokens by their bytes.
///
/// Two open-addressed tables, at most half full: short tokens, which nearly all are, sit in
/// their slots, so that a lookup touches one cache line; the bytes of long ones are in an arena.
struct Vocabulary: Sendable {
    private struct ShortSlot: BitwiseCopyable {
        var key = WordKey.none
        var id: UInt32 = 0
        var isWord = false
    }

    private struct LongSlot: BitwiseCopyable {
        var hash: UInt64 = 0
        var start = 0
        /// 0 marks a free slot: a long token has bytes.
        var count = 0
        var id: UInt32 = 0
        var isWord = false
    }

    private var shortSlots = [ShortSlot](repeating: ShortSlot(), count: 16)
    private var shortCount = 0
    private var longSlots = [LongSlot](repeating: LongSlot(), count: 16)
    private var longCount = 0
    private var arena: [UInt8] = []

    /// Tokens in the table. A token that was stored twice counts once.
    var count: Int { shortCount + longCount }

    /// The id of a word of up to `WordKey.byteCountMax` bytes.
    @inline(__always)
    func id(of key: WordKey) -> UInt32? {
        let slot = shortSlots[slotIndex(of: key)]
        return slot.key == key ? slot.id : nil
    }

    /// The id of a longer word; `hash` is its `WordHash`.
    func id(of text: Span<UInt8>, from start: Int, count: Int, hash: UInt64) -> UInt32? {
        let slot = longSlots[slotIndex(of: text, from: start, count: count, hash: hash)]
        return slot.count > 0 ? slot.id : nil
    }

    func id(of token: Span<UInt8>) -> UInt32? {
        if token.count <= WordKey.byteCountMax {
            return id(of: WordKey(of: token, from: 0, count: token.count))
        }
        let hash = WordHash.hash(of: token, from: 0, count: token.count)
        return id(of: token, from: 0, count: token.count, hash: hash)
    }

    /// The id of a word that is a token, if that is how the word is encoded (`markWords`).
    @inline(__always)
    func word(_ key: WordKey, hash: UInt64) -> UInt32? {
        let slots = shortSlots.span
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            // In bounds: the mask keeps the index below the count, a power of two.
            let slot = unsafe slots[unchecked: index]
            if slot.key == key { return slot.isWord ? slot.id : nil }
            if slot.key == .none { return nil }
            index = (index + 1) & (slots.count - 1)
        }
    }

    /// Reads a part of where `word(_:hash:)` begins to look.
    @inline(__always)
    func touch(hash: UInt64) -> UInt64 {
        let slots = shortSlots.span
        // In bounds as above.
        return unsafe slots[unchecked: Int(truncatingIfNeeded: hash) & (slots.count - 1)].key.low
    }

    /// The same for a longer word.
    func word(_ text: Span<UInt8>, from start: Int, count: Int, hash: UInt64) -> UInt32? {
        let slot = longSlots[slotIndex(of: text, from: start, count: count, hash: hash)]
        return slot.count > 0 && slot.isWord ? slot.id : nil
    }

    /// Takes every word that is a token for that token.
    mutating func markAllWords() {
        for index in shortSlots.indices { shortSlots[index].isWord = true }
        for index in longSlots.indices { longSlots[index].isWord = true }
    }

    /// Finds the tokens to which merging their own bytes leads: words with those bytes need not
    /// be merged. Leaves out tokens too long for `MergeLanes`.
    mutating func markWords(_ start: MergeStart, _ merges: MergeTable) {
        let shortCount = shortSlots.count
        var isWord = [Bool](repeating: false, count: shortCount + longSlots.count)
        unsafe shortSlots.withUnsafeBufferPointer { short in
            unsafe arena.withUnsafeBufferPointer { arena in
                let words = unsafe mergeableTokens(short, arena)
                unsafe words.withUnsafeBufferPointer { words in
                    unsafe MergeLanes().merge(words, start: start, table: merges) { slot, tokens in
                        let id =
                            slot < shortCount
                            ? shortSlots[slot].id : longSlots[slot - shortCount].id
                        isWord[slot] = unsafe tokens.count == 1 && tokens[0] == id
                    }
                }
            }
        }
        for index in shortSlots.indices { shortSlots[index].isWord = isWord[index] }
        for index in longSlots.indices { longSlots[index].isWord = isWord[shortCount + index] }
    }

    /// Every token by its slot, those of long tokens after all of those of short ones.
    private func mergeableTokens(
        _ short: UnsafeBufferPointer<ShortSlot>,
        _ arena: UnsafeBufferPointer<UInt8>
    ) -> [MergeLanes.Word] {
        var words: [MergeLanes.Word] = []
        words.reserveCapacity(count)
        for index in short.indices {
            // A slot begins with its key, and that with the bytes of the token.
            guard let slots = short.baseAddress, unsafe short[index].key != .none else { continue }
            unsafe words.append(
                MergeLanes.Word(
                    bytes: UnsafeRawPointer(slots + index).assumingMemoryBound(to: UInt8.self),
                    count: short[index].key.byteCount,
                    number: index
                )
            )
        }
        for (index, slot) in longSlots.enumerated() {
            guard let bytes = arena.baseAddress,
                (1...MergeLanes.byteCountMax).contains(slot.count)
            else { continue }
            unsafe words.append(
                MergeLanes.Word(
                    bytes: bytes + slot.start,
                    count: slot.count,
                    number: short.count + index
                )
            )
        }
        return words
    }

    /// Stores a token; of a repeated one the last id counts.
    mutating func store(_ token: Span<UInt8>, id: UInt32) {
        if token.count <= WordKey.byteCountMax {
            store(WordKey(of: token, from: 0, count: token.count), id: id)
        } else {
            storeLong(token, id: id)
        }
    }

    private mutating func store(_ key: WordKey, id: UInt32) {
        let index = slotIndex(of: key)
        let isFree = shortSlots[index].key == .none
        shortSlots[index] = ShortSlot(key: key, id: id)
        guard isFree else { return }
        shortCount += 1
        if shortCount * 2 > shortSlots.count { growShort() }
    }

    private mutating func storeLong(_ token: Span<UInt8>, id: UInt32) {
        let hash = WordHash.hash(of: token, from: 0, count: token.count)
        let index = slotIndex(of: token, from: 0, count: token.count, hash: hash)
        guard longSlots[index].count == 0 else {
            longSlots[index].id = id
            return
        }
        longSlots[index] = LongSlot(hash: hash, start: arena.count, count: token.count, id: id)
        for offset in token.indices { arena.append(token[offset]) }
        longCount += 1
        if longCount * 2 > longSlots.count { growLong() }
    }

    private mutating func growShort() {
        let old = shortSlots
        shortSlots = [ShortSlot](repeating: ShortSlot(), count: old.count * 2)
        for slot in old where slot.key != .none { shortSlots[slotIndex(of: slot.key)] = slot }
    }

    private mutating func growLong() {
        let old = longSlots
        longSlots = [LongSlot](repeating: LongSlot(), count: old.count * 2)
        for slot in old where slot.count > 0 {
            let index = slotIndex(
                of: arena.span,
                from: slot.start,
                count: slot.count,
                hash: slot.hash
            )
            longSlots[index] = slot
        }
    }

    /// Where `key` is, or the free slot where it belongs.
    @inline(__always)
    private func slotIndex(of key: WordKey) -> Int {
        let mask = shortSlots.count - 1
        var index = Int(truncatingIfNeeded: key.hash) & mask
        while shortSlots[index].key != key, shortSlots[index].key != .none {
            index = (index + 1) & mask
        }
        return index
    }

    private func slotIndex(
        of text: Span<UInt8>,
        from start: Int,
        count: Int,
        hash: UInt64
    ) -> Int {
        let mask = longSlots.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = longSlots[index]
            if slot.count == 0 { return index }
            if slot.hash == hash, slot.count == count,
                text.equals(arena.span, from: slot.start, start: start, count: count)
            {
                return index
            }
            index = (index + 1) & mask
        }
    }
}

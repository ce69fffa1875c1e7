/// A block whose words get their tokens one by one.
///
/// Stays in the block's memory: it has room for as many tokens as its words have bytes, and a
/// word is written once.
@safe struct WrittenBlock {
    private let found: UnsafeMutablePointer<WordBlock.Tokens>
    private let many: UnsafeMutablePointer<UInt32>
    private var manyCount = 0

    init(_ block: WordBlock) {
        unsafe found = block.tokens.start
        unsafe many = block.manyTokens.start
    }

    @inline(__always)
    mutating func write(_ token: UInt32, at index: Int) {
        unsafe found[index] = WordBlock.Tokens(count: 1, first: token)
    }

    @inline(__always)
    @unsafe mutating func write(_ tokens: UnsafeBufferPointer<UInt32>, at index: Int) {
        if tokens.count <= 3 {
            let short = unsafe WordCache.ShortWord(key: .none, merged: tokens)
            unsafe found[index] = WordBlock.Tokens(
                count: short.count,
                first: short.first,
                second: short.second,
                third: short.third
            )
            return
        }
        unsafe found[index] = WordBlock.Tokens(
            count: 0,
            first: UInt32(manyCount),
            second: UInt32(tokens.count)
        )
        for index in 0..<tokens.count { unsafe many[manyCount + index] = tokens[index] }
        manyCount += tokens.count
    }

    /// Writes the tokens of a word that was merged before; false if the cache has forgotten it.
    @inline(__always)
    mutating func writeKnown(
        _ word: WordBlock.Word,
        in text: Span<UInt8>,
        at index: Int,
        from cache: borrowing WordCache
    ) -> Bool {
        if word.key == .long {
            guard
                let range = cache.longWord(
                    text,
                    from: word.start,
                    count: word.count,
                    hash: word.hash
                )
            else { return false }
            unsafe cache.tokens[range].withUnsafeBufferPointer { unsafe write($0, at: index) }
            return true
        }
        let tokens = unsafe cache.mergedTokens(of: word.key, hash: word.hash)
        guard !tokens.isEmpty else { return false }
        unsafe write(tokens, at: index)
        if tokens.count <= 3 {
            unsafe cache.store(.init(key: word.key, merged: tokens), hash: word.hash)
        }
        return true
    }
}

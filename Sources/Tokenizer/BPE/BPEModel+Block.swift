import Domain

extension BPEModel {
    /// Appends the tokens of every word of the block.
    ///
    /// Here text turns into tokens, so nothing is checked or allocated on the way: indices are
    /// those of the block, whose memory has room for as many words as it takes, each of them
    /// with as many tokens as it has bytes.
    @inline(never)
    func encodeBlock(
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch,
        tokens: inout [TokenID]
    ) {
        let block = scratch.block
        let words = unsafe block.words.start
        let found = unsafe block.tokens.start
        let missed = unsafe block.missed.start
        var missCount = 0
        for index in 0..<block.count {
            let slot = unsafe scratch.cache.slot(hash: words[index].hash)
            unsafe found[index] = WordBlock.Tokens(
                count: slot.count,
                first: slot.first,
                second: slot.second,
                third: slot.third
            )
            unsafe missed[missCount] = UInt32(truncatingIfNeeded: index)
            unsafe missCount &+= slot.key == words[index].key ? 0 : 1
        }
        if missCount > 0 { encodeMissed(missCount, text, scratch: &scratch) }
        append(block, to: &tokens)
    }

    @inline(__always)
    private func append(_ block: WordBlock, to tokens: inout [TokenID]) {
        let found = unsafe block.tokens.start
        let output = unsafe block.output.start
        var count = 0
        for index in 0..<block.count {
            let word = unsafe found[index]
            if word.count == 0 {
                let many = unsafe block.manyTokens.start + Int(word.first)
                for index in 0..<Int(word.second) { unsafe output[count + index] = many[index] }
                count += Int(word.second)
            } else {
                unsafe output[count] = word.first
                unsafe output[count + 1] = word.second
                unsafe output[count + 2] = word.third
                count += Int(word.count)
            }
        }
        // A `TokenID` is its raw value.
        let ids = unsafe UnsafeBufferPointer(start: output, count: count)
        unsafe ids.withMemoryRebound(to: TokenID.self) { unsafe tokens.append(contentsOf: $0) }
    }

    /// Words that the nearest cache does not have: tokens of the vocabulary, words that were
    /// merged before, and those that are merged now.
    @inline(never)
    private func encodeMissed(
        _ missCount: Int,
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch
    ) {
        var block = WrittenBlock(scratch.block)
        let words = unsafe scratch.block.words.start
        let merging = unsafe scratch.block.merging.start
        var mergeCount = 0
        touchTables(missCount, scratch)
        unsafe text.withUnsafeBufferPointer { bytes in
            for miss in 0..<missCount {
                let index = unsafe Int(scratch.block.missed.start[miss])
                let word = unsafe words[index]
                if let id = token(of: word, in: text) {
                    block.write(id, at: index)
                    guard word.key != .long else { continue }
                    let short = WordCache.ShortWord(key: word.key, count: 1, first: id)
                    scratch.cache.store(short, hash: word.hash)
                } else if !block.writeKnown(word, in: text, at: index, from: scratch.cache),
                    let start = bytes.baseAddress
                {
                    unsafe merging[mergeCount] = MergeLanes.Word(
                        bytes: start + word.start,
                        count: word.count,
                        number: index
                    )
                    mergeCount += 1
                }
            }
            guard mergeCount > 0 else { return }
            unsafe scratch.lanes.merge(
                UnsafeBufferPointer(start: merging, count: mergeCount),
                start: mergeStart,
                table: merges
            ) { index, tokens in
                unsafe block.write(tokens, at: index)
                unsafe scratch.cache.store(words[index], tokens, in: text)
            }
        }
    }

    /// Reads what the lookups of missed words begin with, so that they all come from memory at
    /// the same time: no branch waits for any of them here.
    @inline(__always)
    private func touchTables(_ missCount: Int, _ scratch: borrowing EncodeScratch) {
        let missed = unsafe scratch.block.missed.start
        let words = unsafe scratch.block.words.start
        var bits: UInt64 = 0
        for miss in 0..<missCount {
            let hash = unsafe words[Int(missed[miss])].hash
            bits ^= vocabulary.touch(hash: hash) ^ scratch.cache.touchMerged(hash: hash)
        }
        unsafe scratch.block.touched.start[0] = bits
    }

    @inline(__always)
    private func token(of word: WordBlock.Word, in text: Span<UInt8>) -> UInt32? {
        word.key == .long
            ? vocabulary.word(text, from: word.start, count: word.count, hash: word.hash)
            : vocabulary.word(word.key, hash: word.hash)
    }
}

extension WordCache {
    /// Keeps the tokens that a word was merged to.
    @unsafe fileprivate mutating func store(
        _ word: WordBlock.Word,
        _ tokens: UnsafeBufferPointer<UInt32>,
        in text: Span<UInt8>
    ) {
        guard word.key != .long else {
            unsafe storeLong(
                text,
                from: word.start,
                count: word.count,
                hash: word.hash,
                tokens: Array(tokens)[...]
            )
            return
        }
        unsafe storeMerged(tokens, of: word.key, hash: word.hash)
        if tokens.count <= 3 {
            unsafe store(ShortWord(key: word.key, merged: tokens), hash: word.hash)
        }
    }
}

extension WordCache.ShortWord {
    /// - Precondition: `merged` has 1 to 3 elements.
    @unsafe init(key: WordKey, merged: UnsafeBufferPointer<UInt32>) {
        unsafe self.init(
            key: key,
            count: UInt32(merged.count),
            first: merged[0],
            second: merged.count > 1 ? merged[1] : 0,
            third: merged.count > 2 ? merged[2] : 0
        )
    }
}

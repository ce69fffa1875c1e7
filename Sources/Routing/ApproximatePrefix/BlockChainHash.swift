import Domain

/// The chained hash that names the blocks of a prompt: equal only for equal beginnings.
///
/// Each step folds the 128-bit product of two words, as wyhash does. The key makes it differ from
/// process to process, so that no client can choose prompts that look alike.
struct BlockChainHash {
    private var value: UInt64
    private let key: UInt64

    /// What comes before the first block.
    ///
    /// - Parameter unit: tells chains over one kind of input from those over another.
    init(key: UInt64, unit: UInt64, model: String, cacheSalt: String?) {
        self.key = key
        value = key.byteSwapped
        absorb(unit, UInt64(model.utf8.count))
        absorb(model)
        if let cacheSalt {
            absorb(1, UInt64(cacheSalt.utf8.count))
            absorb(cacheSalt)
        }
    }

    /// Of the block that was absorbed last. 0 is kept free, to mean no block.
    var blockName: UInt64 { max(value, 1) }

    mutating func absorb(_ tokens: Span<TokenID>) {
        var index = 0
        while index + 4 <= tokens.count {
            absorb(
                UInt64(tokens[index].rawValue) << 32 | UInt64(tokens[index + 1].rawValue),
                UInt64(tokens[index + 2].rawValue) << 32 | UInt64(tokens[index + 3].rawValue)
            )
            index += 4
        }
        for index in index..<tokens.count { absorb(UInt64(tokens[index].rawValue), 0) }
    }

    /// - Precondition: a multiple of 4 bytes.
    mutating func absorb(_ bytes: Span<UInt8>) {
        precondition(bytes.count.isMultiple(of: 4), "bytes are hashed by whole tokens")
        let bytes = unsafe bytes.bytes
        var offset = 0
        while offset + 16 <= bytes.byteCount {
            // A hot loop: half a megabyte for each long prompt.
            absorb(
                unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
                unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            )
            offset += 16
        }
        while offset < bytes.byteCount {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
            absorb(UInt64(word), 0)
            offset += 4
        }
    }

    private mutating func absorb(_ text: String) {
        for byte in text.utf8 { absorb(UInt64(byte), 0) }
    }

    @inline(__always)
    private mutating func absorb(_ first: UInt64, _ second: UInt64) {
        let product = (first ^ key).multipliedFullWidth(by: second ^ value)
        value = product.high ^ product.low
    }
}

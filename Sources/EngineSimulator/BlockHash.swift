/// vLLM's hash of one block: 32 bytes, as four big-endian words.
package struct BlockHash: Hashable, Sendable {
    private let words: InlineArray<4, UInt64>

    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        words = InlineArray { word in
            bytes[8 * word..<8 * word + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// What events carry: the last 8 bytes.
    package var wireValue: UInt64 { words[3] }

    package var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (56 - 8 * UInt64($0 % 8))) }
    }

    package static func == (left: BlockHash, right: BlockHash) -> Bool {
        left.words[0] == right.words[0] && left.words[1] == right.words[1]
            && left.words[2] == right.words[2] && left.words[3] == right.words[3]
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(words[3]) }
}

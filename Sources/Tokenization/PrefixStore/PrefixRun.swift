import Domain
import Synchronization

/// Blocks of one text that lie behind each other, with their ids: what one request had to encode.
///
/// Thread safety: never changes, but for the mark that it was used.
final class PrefixRun: Sendable {
    /// Where a block ends, counted from the run's start.
    struct End: Sendable {
        var byte: Int
        var token: Int
        /// Of the block's bytes.
        var hash: UInt64
    }

    let scope: PrefixScope
    let ends: [End]
    private let text: [UInt8]
    private let tokens: [TokenID]
    private let wasUsed = Atomic(false)

    init(scope: PrefixScope, text: [UInt8], tokens: [TokenID], ends: [End]) {
        self.scope = scope
        self.text = text
        self.tokens = tokens
        self.ends = ends
    }

    /// Memory that goes with this run: its own, and that of its entries in the index.
    var byteCount: Int {
        let entryBytes = 48  // a dictionary's slot of 24 bytes, half of them free
        return text.count + tokens.count * MemoryLayout<TokenID>.stride
            + ends.count * (MemoryLayout<End>.stride + entryBytes) + 256
    }

    func start(ofBlock block: Int) -> (byte: Int, token: Int) {
        block == 0 ? (0, 0) : (ends[block - 1].byte, ends[block - 1].token)
    }

    /// How many blocks, from `first` on, stand in `other` at `position`, byte by byte.
    func equalBlockCount(from first: Int, in other: Span<UInt8>, at position: Int) -> Int {
        let bytes = text
        let text = bytes.span
        let origin = start(ofBlock: first).byte
        var block = first
        var start = origin
        while block < ends.count {
            let end = ends[block].byte
            let place = position + (start - origin)
            guard other.count - place >= end - start,
                text.equals(start..<end, of: other, at: place)
            else { break }
            start = end
            block += 1
        }
        return block - first
    }

    /// Appends the ids of `count` blocks from `first` on.
    func appendTokens(ofBlocks count: Int, from first: Int, to tokens: inout [TokenID]) {
        let start = start(ofBlock: first).token
        tokens += self.tokens[start..<self.start(ofBlock: first + count).token]
    }

    // MARK: Use

    func markUsed() {
        // Most often it is set already, and a read leaves the cache line shared.
        if !wasUsed.load(ordering: .relaxed) { wasUsed.store(true, ordering: .relaxed) }
    }

    /// Whether it was used since the last call.
    func takeUsed() -> Bool { wasUsed.exchange(false, ordering: .relaxed) }
}

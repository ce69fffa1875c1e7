package import Domain

/// An engine's KV-cache blocks, with vLLM V1's rules for sharing, reuse and events.
///
/// Invariants:
/// 1. A block is in the free queue if and only if nobody holds it.
/// 2. A free block keeps its hash, and can be found and held again, until it is reused.
/// 3. Equal blocks are kept as copies: each is stored, and later removed, with an event of its own.
/// 4. Block 0 is never used, as vLLM's null block.
package struct BlockPool {
    private struct Block {
        var holderCount = 0
        var hash: BlockKey?
    }

    package let blockSize: Int
    private var blocks: [Block]
    private var free: FreeBlockQueue
    /// Copies in the order in which they were stored; never an empty list.
    private var copies: [BlockKey: [Int]] = [:]
    private var events: [CacheEvent] = []

    package init(blockCount: Int, blockSize: Int) {
        precondition(blockCount > 1, "a pool needs a block besides the null block")
        self.blockSize = blockSize
        blocks = Array(repeating: Block(), count: blockCount)
        free = FreeBlockQueue(blockCount: blockCount)
        _ = free.popFirst()
    }

    package var freeCount: Int { free.count }
    package var usableCount: Int { blocks.count - 1 }
    /// Blocks held by somebody, as a share of all.
    package var usage: Double { 1 - Double(free.count) / Double(usableCount) }

    package func isFree(_ block: Int) -> Bool { blocks[block].holderCount == 0 }

    /// Events since the last call, in order.
    package mutating func takeEvents() -> [CacheEvent] {
        defer { events = [] }
        return events
    }

    /// Blocks that hold the longest prefix of `hashes`.
    package func cachedPrefix(of hashes: ArraySlice<BlockKey>) -> [Int] {
        var found: [Int] = []
        for hash in hashes {
            guard let block = copies[hash]?.first else { break }
            found.append(block)
        }
        return found
    }

    /// Adds a holder to blocks that were found.
    package mutating func hold(_ found: [Int]) {
        for block in found {
            if blocks[block].holderCount == 0 { free.remove(block) }
            blocks[block].holderCount += 1
        }
    }

    /// Takes the blocks that were freed longest ago; what they held is lost. There must be enough.
    package mutating func allocate(_ count: Int) -> [Int] {
        (0..<count).map { _ in
            guard let block = free.popFirst() else {
                preconditionFailure("the scheduler admitted more than fits")
            }
            evict(block)
            blocks[block].holderCount = 1
            return block
        }
    }

    private mutating func evict(_ block: Int) {
        guard let hash = blocks[block].hash else { return }
        copies[hash]?.removeAll { $0 == block }
        if copies[hash]?.isEmpty == true { copies[hash] = nil }
        blocks[block].hash = nil
        events.append(.blockRemoved(hash.rawValue))
    }

    /// Blocks `range` of a sequence are full: from here on, others can find them.
    package mutating func store(_ range: Range<Int>, of sequence: TokenSequence) {
        for index in range {
            let (block, hash) = (sequence.blocks[index], sequence.hashes[index])
            blocks[block].hash = hash
            copies[hash, default: []].append(block)
        }
        let tokens = sequence.tokens[range.lowerBound * blockSize..<range.upperBound * blockSize]
        let stored = StoredBlocks(
            hashes: sequence.hashes[range].map(\.rawValue),
            parent: range.lowerBound == 0 ? nil : sequence.hashes[range.lowerBound - 1].rawValue,
            tokens: Array(tokens),
            blockSize: blockSize,
            adapter: sequence.scope.adapter,
            extraKeys: range.map { sequence.extraKeys(ofBlock: $0) }
        )
        events.append(.blockStored(stored))
    }

    /// Gives a sequence's blocks back. The tail goes first, because it is the least likely to be
    /// found again.
    package mutating func release(_ held: [Int]) {
        for block in held.reversed() {
            blocks[block].holderCount -= 1
            if blocks[block].holderCount == 0 { free.append(block) }
        }
    }

    /// Forgets every block, unless some are in use. Returns whether it did.
    package mutating func reset() -> Bool {
        guard free.count == usableCount else { return false }
        for block in blocks.indices { blocks[block].hash = nil }
        copies = [:]
        events.append(.allBlocksCleared)
        return true
    }
}

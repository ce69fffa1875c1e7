import Domain
import Synchronization

/// A claim that is being written anew.
struct RedisRewrite {
    let claim: RedisClaim
    /// The blocks of each holder as they were in the beginning; those looked at have gone. They
    /// are shared with the holder until it changes, so that nobody waits while they are read.
    private var blocks: [RedisHolderBlocks]
    private var nextSlot = 0

    /// From here on the claim counts as written, unless something fails.
    init(_ claim: RedisClaim) {
        self.claim = claim
        blocks = claim.state.withLock { state in
            state.isDiverged = false
            return state.holders.map(\.blocks)
        }
    }

    /// Some of the claim's keys; none after the last.
    mutating func nextKeys(atMost count: Int) -> [BlockKey] {
        var keys: [BlockKey] = []
        while let last = blocks.last, keys.count < count {
            if nextSlot == last.slotCount {
                blocks.removeLast()
                nextSlot = 0
                continue
            }
            if let block = last.block(inSlot: nextSlot) { keys.append(block.key) }
            nextSlot += 1
        }
        return keys
    }

    var isOver: Bool { blocks.isEmpty }
}

import Domain
import Synchronization

/// A claim that is being written anew.
struct RedisRewrite {
    let claim: RedisClaim
    let keys: [BlockKey]
    var next = 0

    /// From here on the claim counts as written, unless something fails.
    init(_ claim: RedisClaim) {
        self.claim = claim
        keys = claim.state.withLock { state in
            state.isDiverged = false
            return state.holders.flatMap { holder in
                (0..<holder.blocks.slotCount).compactMap { holder.blocks.block(inSlot: $0)?.key }
            }
        }
    }
}

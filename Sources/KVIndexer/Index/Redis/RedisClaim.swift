import Domain
import Synchronization

/// What we say in Redis about one cache among keys of one prefix: its blocks there are the union
/// of its holders. Blocks that are only expected are a claim of their own.
///
/// Redis is brought to what the claim holds at the time of writing, whatever changes led there.
/// So changes may be written twice, in any order, or not at all if the whole claim is written
/// later.
///
/// Thread safety: all state is under one lock.
final class RedisClaim: Sendable {
    /// What the claim writes: no two claims have a field of a key in common.
    struct Identity: Hashable, Sendable {
        let pod: String
        /// What stands before the digits of a block's key.
        let keyPrefix: [UInt8]
        let isExpected: Bool
    }

    /// How this process calls it. An endpoint that left and came back has another number, and
    /// several key spaces may share a prefix: then a claim has several names.
    struct Name: Hashable, Sendable {
        let cache: CacheID
        let space: KeySpaceID
        let isExpected: Bool
    }

    struct Holder: Sendable {
        let id: HolderID
        let name: Name
        var isConfirmed: Bool
        var blocks = RedisHolderBlocks()
    }

    /// A holder that was closed, and whose blocks Redis may still have.
    struct Closed: Sendable {
        let blocks: RedisHolderBlocks
        /// The first slot whose block has not been looked at.
        var nextSlot = 0

        var isDrained: Bool { nextSlot == blocks.slotCount }
    }

    /// Slots to look at before the lock is given back.
    static let slotsPerLock = 4_096

    struct State: Sendable {
        var holders: [Holder] = []
        /// Those of its holders, and of closed ones as long as Redis may have their blocks.
        var names: [Name] = []
        var closed: [Closed] = []
        /// Whether Redis may lack blocks that we hold.
        var isDiverged = false
        /// Times that a removal may have been lost: Redis may have blocks that we do not hold, and
        /// we do not know which. 0 once every key was looked at.
        var lostRemovals = 0

        /// A bit for each tier in which any holder has the block.
        func tiers(of key: BlockKey) -> UInt8 {
            holders.reduce(0) { $0 | $1.blocks.tiers(of: key) }
        }

        var isCertain: Bool { holders.allSatisfy(\.isConfirmed) }
        var needsAttention: Bool {
            isDiverged || lostRemovals > 0 || !closed.isEmpty || !isCertain
        }

        /// Appends the removal of what the closed holder had and no other has, as far as there is
        /// room in the batch, and slots are left to look at: lookups wait for the lock meanwhile.
        mutating func drain(
            _ place: Int,
            of claim: RedisClaim,
            into batch: inout RedisBatch,
            lookingAt slotsLeft: inout Int
        ) {
            while !closed[place].isDrained, !batch.isFull, slotsLeft > 0 {
                slotsLeft -= 1
                if let block = closed[place].blocks.block(inSlot: closed[place].nextSlot) {
                    let gone = block.tiers & ~tiers(of: block.key)
                    batch.bring(block.key, of: claim, to: self, tiers: gone)
                }
                closed[place].nextSlot += 1
            }
        }

        /// - Returns: names that no holder has any more.
        mutating func dropUnusedNames() -> [Name] {
            guard names.count > 1 else { return [] }
            let used = Set(holders.map(\.name))
            let unused = names.filter { !used.contains($0) }
            names.removeAll { !used.contains($0) }
            return unused
        }

        /// Redis may miss any change up to now.
        mutating func lose() {
            isDiverged = true
            lostRemovals += 1
            closed = []  // found again when every key is looked at
        }
    }

    let identity: Identity
    /// The field of each tier in a block's hash.
    let fields: [[UInt8]]
    let state = Mutex(State())

    init(_ identity: Identity) {
        self.identity = identity
        fields = CacheTier.allCases.map { tier in
            RedisPodEntry(
                pod: identity.pod,
                tier: tier.redisName,
                isSpeculative: identity.isExpected
            ).json
        }
    }

    /// What is left of `tiers`, in which Redis has the block, once Redis knows what we know; and
    /// whether we know of the block only from before events were lost.
    func corrected(_ tiers: UInt8, of key: BlockKey) -> (tiers: UInt8, isUncertain: Bool) {
        state.withLock { state in
            let held = state.tiers(of: key)
            var tiers = tiers
            if state.lostRemovals > 0 {
                tiers &= held
            } else {
                for closed in state.closed {
                    tiers &= ~(closed.blocks.tiers(of: key) & ~held)
                }
            }
            let isUncertain =
                held != 0
                && !state.holders.contains { $0.isConfirmed && $0.blocks.tiers(of: key) != 0 }
            return (tiers, isUncertain)
        }
    }
}

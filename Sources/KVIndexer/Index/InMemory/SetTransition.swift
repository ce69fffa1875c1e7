internal import Domain

/// What becomes of a set of holders when one of them stores or removes a block. The same for a
/// whole run of blocks, so it is worked out once per run, and counted once at its end.
struct SetTransition {
    /// The holder, with the one tier that changes.
    let membership: Membership
    let isStore: Bool
    /// Nil before the first run.
    private(set) var from: HolderSetID?
    private(set) var to = HolderSetID.nobody
    /// Whether the holder has the blocks of `from` in the tier.
    private(set) var hasTier = false
    /// By how many holders `to` is larger than `from`.
    private var growth = 0
    /// Entries that went from one to the other and are not counted yet.
    private var moved = 0

    init(storing slot: Int, in tier: CacheTier) {
        membership = Membership(slot: slot, tiers: CacheTiers(tier).rawValue)
        isStore = true
    }

    init(removing slot: Int, from tier: CacheTier) {
        membership = Membership(slot: slot, tiers: CacheTiers(tier).rawValue)
        isStore = false
    }

    /// Turns to blocks of another set. Pins both sets, as they are not counted yet.
    mutating func begin(
        at id: HolderSetID,
        _ sets: inout HolderSets,
        _ holders: borrowing HolderTable
    ) {
        let slot = membership.slot
        let old = sets.tiers(of: slot, in: id, holders)
        let new = isStore ? old | membership.tiers : old & ~membership.tiers
        from = id
        to =
            new == old
            ? id : sets.set(like: id, but: Membership(slot: slot, tiers: new), holders)
        hasTier = old & membership.tiers != 0
        growth = (new == 0 ? 0 : 1) - (old == 0 ? 0 : 1)
        moved = 0
        sets.retain(id)
        sets.retain(to)
    }

    mutating func countMove() { moved += 1 }

    /// Settles all counts. Returns by how many the holder's blocks have grown.
    mutating func finish(_ sets: inout HolderSets) -> Int {
        guard let id = from else { return 0 }
        from = nil
        if id != to {
            sets.retain(to, by: UInt32(truncatingIfNeeded: moved))
            sets.release(id, by: UInt32(truncatingIfNeeded: moved))
        }
        sets.release(id)
        sets.release(to)
        return growth * moved
    }
}

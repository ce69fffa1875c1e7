package import Domain

/// Where a walk over the whole index has come to. A new one stands at the beginning.
package struct IndexCursor: Sendable, BitwiseCopyable {
    var position: UInt64 = 0

    package init() {}
}

/// One or more tiers.
package struct CacheTiers: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ tier: CacheTier) { rawValue = 1 << tier.rawValue }

    package func contains(_ tier: CacheTier) -> Bool { contains(CacheTiers(tier)) }
}

/// A holder of a block, and the tiers it has it in.
package struct HolderTiers: Hashable, Sendable, BitwiseCopyable {
    package let holder: HolderID
    package let tiers: CacheTiers

    package init(holder: HolderID, tiers: CacheTiers) {
        self.holder = holder
        self.tiers = tiers
    }
}

/// What a holder was opened for, and how sure it is by now.
package struct OpenHolder: Hashable, Sendable {
    package let id: HolderID
    package let cache: CacheID
    package let space: KeySpaceID
    package let kind: HolderKind
}

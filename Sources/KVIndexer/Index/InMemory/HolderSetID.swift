/// A holder of a block with the tiers it has it in: the holder's slot above four bits.
struct Membership: Equatable, BitwiseCopyable {
    static let tierBits: UInt32 = 4
    static let tierMask: UInt32 = 0xF

    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(slot: Int, tiers: UInt8) {
        rawValue = UInt32(truncatingIfNeeded: slot) << Self.tierBits | UInt32(tiers)
    }

    var slot: Int { Int(rawValue >> Self.tierBits) }
    var tiers: UInt8 { UInt8(truncatingIfNeeded: rawValue & Self.tierMask) }

    /// Of a set, the sum: it follows a change without reading the set again.
    var hash: UInt32 {
        var value = (rawValue ^ rawValue >> 15) &* 0x2C1B_3C6D
        value = (value ^ value >> 12) &* 0x297A_2D39
        return value ^ value >> 15
    }
}

/// Who holds a block: nobody, one membership itself, or the number of a set of several.
///
/// Invariant: as slots have 20 bits and tiers 4, never both zero, the three cannot be confused.
struct HolderSetID: Equatable, BitwiseCopyable {
    static let nobody = HolderSetID(rawValue: 0)
    private static let severalBit: UInt32 = 1 << 31

    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }
    init(_ membership: Membership) { rawValue = membership.rawValue }
    init(several number: Int) { rawValue = UInt32(truncatingIfNeeded: number) | Self.severalBit }

    var isSeveral: Bool { rawValue & Self.severalBit != 0 }
    /// The only member, if it is neither nobody nor several.
    var single: Membership { Membership(rawValue: rawValue) }
    var number: Int { Int(rawValue & ~Self.severalBit) }
}

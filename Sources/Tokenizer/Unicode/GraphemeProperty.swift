/// What a scalar does to the boundaries of graphemes. The layout is that of the generated table.
struct GraphemeProperty: Sendable, BitwiseCopyable {
    let rawValue: UInt8

    /// What the scalar is to those that follow it, if it joins nothing before it.
    enum Kind: UInt8 {
        case other, control, prepend, lead, vowel, final, openSyllable, closedSyllable
        case pictograph, consonant
    }

    private static let table = ScalarTable<UInt8>(runs: graphemePropertyTable)

    static func of(_ scalar: UInt32) -> GraphemeProperty {
        GraphemeProperty(rawValue: table[scalar])
    }

    var kind: Kind { Kind(rawValue: rawValue & 15) ?? .other }
    /// Never starts a grapheme after anything but a control.
    var joinsBack: Bool { rawValue & 16 != 0 }
    /// May stand between a pictograph and a joiner.
    var extends: Bool { rawValue & 32 != 0 }
    /// May stand between two consonants that a linker joins, linkers included.
    var mayLink: Bool { rawValue & 64 != 0 }
    var links: Bool { rawValue & 128 != 0 }
}

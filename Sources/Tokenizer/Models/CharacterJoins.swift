/// Which neighbouring characters a merge may join, so that a long piece can be cut where none
/// does.
///
/// Why a cut is safe: what merging makes of characters is named by these characters, in order. A
/// merge across the cut between characters x and y is one of a token that ends with x and a token
/// that begins with y; every such merge of the file is in this set, so if (x, y) is not, nothing
/// merges across, whatever surrounds it, and each side merges as if the other were not there.
/// This needs x and y to have tokens of their own: unknown characters have other names.
///
/// A hashed set without the keys: it may claim a join that is none, and a cut is missed.
struct CharacterJoins: Sendable {
    private static let bitCount = 1 << 20
    private var words = [UInt64](repeating: 0, count: bitCount / 64)

    init() {}

    mutating func store(_ left: UInt32, _ right: UInt32) {
        let bit = Self.bit(left, right)
        words[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    @inline(__always)
    func mayJoin(_ left: UInt32, _ right: UInt32) -> Bool {
        let bit = Self.bit(left, right)
        return words[bit >> 6] >> UInt64(bit & 63) & 1 != 0
    }

    @inline(__always)
    private static func bit(_ left: UInt32, _ right: UInt32) -> Int {
        let hash = WordHash.mixed(UInt64(left) << 32 | UInt64(right))
        return Int(truncatingIfNeeded: hash >> 8) & (bitCount - 1)
    }
}

/// The tokens of single characters, where character-level merging starts.
struct CharacterTable: Sendable {
    /// The token of what has none. No token has this id.
    static let none = MergeTable.reservedID

    /// The first 65,536 scalars: nearly every character of any text is one load away.
    private var near = [UInt32](repeating: none, count: 1 << 16)
    private var far: [UInt32: UInt32] = [:]

    init() {}

    /// The token of a scalar, or `none`.
    @inline(__always)
    func token(of scalar: UInt32) -> UInt32 {
        scalar < UInt32(near.count) ? near[Int(scalar)] : far[scalar] ?? Self.none
    }

    /// Stores the token if its name is one character.
    mutating func store(_ name: Span<UInt8>, id: UInt32) {
        guard !name.isEmpty else { return }
        let scalar = name.utf8Scalar(at: 0)
        guard scalar.byteCount == name.count else { return }
        if scalar.value < UInt32(near.count) {
            near[Int(scalar.value)] = id
        } else {
            far[scalar.value] = id
        }
    }

    /// The token of the first character of `name`.
    func firstToken(of name: Span<UInt8>) -> UInt32 {
        name.isEmpty ? Self.none : token(of: name.utf8Scalar(at: 0).value)
    }

    /// The token of the last character of `name`.
    func lastToken(of name: Span<UInt8>) -> UInt32 {
        guard !name.isEmpty else { return Self.none }
        var start = name.count - 1
        while start > 0, name[start] & 0xC0 == 0x80 { start -= 1 }
        return token(of: name.utf8Scalar(at: start).value)
    }
}

/// A token that is found in the text as it stands, before words are split.
struct AddedToken: Sendable, Equatable {
    var content: [UInt8]
    var id: UInt32
    /// Matches only where no word character touches it.
    var singleWord: Bool
    /// Takes all whitespace to its left.
    var lstrip: Bool
    /// Takes all whitespace to its right.
    var rstrip: Bool
    /// Matched in a second pass, in what the first one left.
    var normalized: Bool
}

/// Which adapter and salt an engine has announced a block with, as a number of its publisher's own.
struct ScopeNumber: Hashable, Sendable, BitwiseCopyable {
    /// Neither.
    static let plain = ScopeNumber(rawValue: 0)

    let rawValue: UInt16
}

/// Gives adapters and salts their numbers.
///
/// Keeps a keyed hash of each pair, so that long names cost no memory; that two pairs have the
/// same is as unlikely as that two blocks have the same key.
struct ScopeNumbers: Sendable {
    private var numbers: [Int: ScopeNumber] = [:]

    /// Whether there was neither an adapter nor a salt.
    var isEmpty: Bool { numbers.isEmpty }

    /// Nil if all numbers are given.
    mutating func number(adapter: String?, salt: String?) -> ScopeNumber? {
        if adapter == nil, salt == nil { return .plain }
        var hasher = Hasher()
        hasher.combine(adapter)
        hasher.combine(salt)
        let digest = hasher.finalize()
        if let known = numbers[digest] { return known }
        guard let next = UInt16(exactly: numbers.count + 1) else { return nil }
        numbers[digest] = ScopeNumber(rawValue: next)
        return numbers[digest]
    }

    mutating func removeAll() { numbers.removeAll() }
}

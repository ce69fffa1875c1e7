/// Scalars that become one or more others.
struct ScalarMapping: Sendable {
    /// For each code point the place of its targets in `targets`, or 0.
    private let places: ScalarTable<UInt16>
    /// A count, then as many scalars. Starts with an entry that no code point uses.
    private let targets: [UInt32]

    init(_ entries: [UInt32: [UInt32]]) {
        var targets: [UInt32] = [0]
        var places = [UInt16](repeating: 0, count: Int(entries.keys.max() ?? 0) + 1)
        for (scalar, replacement) in entries {
            places[Int(scalar)] = UInt16(targets.count)  // traps if the tables outgrow it
            targets.append(UInt32(replacement.count))
            targets += replacement
        }
        (self.places, self.targets) = (ScalarTable(places), targets)
    }

    /// Reads generated records: how far each is after the one before it, a count, the targets.
    static func entries(_ table: StaticString) -> [UInt32: [UInt32]] {
        let numbers = HexNumbers(table).values
        var entries: [UInt32: [UInt32]] = [:]
        var scalar: UInt32 = 0
        var index = 0
        while index + 1 < numbers.count {
            scalar += numbers[index]
            let end = index + 2 + Int(numbers[index + 1])
            entries[scalar] = Array(numbers[index + 2..<end])
            index = end
        }
        return entries
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool { places[scalar] != 0 }

    /// Where the targets of `scalar` are, for `self[_:]`. Empty if it stays itself.
    @inline(__always)
    func targets(of scalar: UInt32) -> Range<Int> {
        let place = Int(places[scalar])
        return place + 1..<place + 1 + Int(targets[place])
    }

    @inline(__always)
    subscript(target: Int) -> UInt32 { targets[target] }
}

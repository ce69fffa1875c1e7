/// The endpoints that are still in question, by their positions in the snapshot. Ascending: what
/// is known of endpoints in the same order is joined in one walk.
package struct Candidates: Equatable, Sendable {
    package private(set) var positions: [Int32] = []

    package init() {}

    package init(_ positions: some Sequence<Int>) {
        self.positions = positions.map(Int32.init)
    }

    package var count: Int { positions.count }
    package var isEmpty: Bool { positions.isEmpty }

    /// The position, in the snapshot, of the candidate at `index` among the candidates.
    package subscript(index: Int) -> Int { Int(positions[index]) }

    /// Starts again with a whole pool. Keeps the memory.
    package mutating func reset(count: Int) {
        positions.removeAll(keepingCapacity: true)
        for position in 0..<count { positions.append(Int32(truncatingIfNeeded: position)) }
    }

    /// Drops those for which `isKept`, called with each position in ascending order, is false.
    /// Allocates nothing.
    package mutating func keep(where isKept: (Int) -> Bool) {
        var kept = 0
        for index in positions.indices where isKept(Int(positions[index])) {
            positions[kept] = positions[index]
            kept += 1
        }
        positions.removeLast(positions.count - kept)
    }
}

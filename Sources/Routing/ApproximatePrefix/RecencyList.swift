/// Values from the least to the most recently used, linked through an array.
///
/// Invariants:
/// 1. A place stays its value's until the value is removed; then another value may get it.
/// 2. Free places are linked through `newer`, from `firstFree` on.
///
/// Thread safety: none.
struct RecencyList<Value: Sendable>: Sendable {
    /// Where a value is.
    typealias Place = UInt32

    private struct Node {
        var value: Value
        var newer: Place
        var older: Place
    }

    private var nodes: [Node] = []
    private var newest = Self.nowhere
    private var oldest = Self.nowhere
    private var firstFree = Self.nowhere
    private(set) var count = 0

    private static var nowhere: Place { .max }

    /// - Precondition: the place is that of a value.
    subscript(place: Place) -> Value {
        get { nodes[Int(place)].value }
        set { nodes[Int(place)].value = newValue }
    }

    /// The least recently used value, and its place.
    var first: (place: Place, value: Value)? {
        oldest == Self.nowhere ? nil : (oldest, self[oldest])
    }

    /// Adds a value as the most recently used.
    mutating func append(_ value: Value) -> Place {
        let place = newPlace(for: value)
        link(place, behind: Self.nowhere)
        return place
    }

    /// Adds a value as used just before another one.
    mutating func insert(_ value: Value, behind newer: Place) -> Place {
        let place = newPlace(for: value)
        link(place, behind: newer)
        return place
    }

    /// Makes a value the most recently used.
    mutating func touch(_ place: Place) {
        guard place != newest else { return }
        unlink(place)
        link(place, behind: Self.nowhere)
    }

    mutating func remove(_ place: Place) {
        unlink(place)
        nodes[Int(place)].newer = firstFree
        firstFree = place
        count -= 1
    }

    private mutating func newPlace(for value: Value) -> Place {
        count += 1
        guard firstFree != Self.nowhere else {
            nodes.append(Node(value: value, newer: Self.nowhere, older: Self.nowhere))
            return Place(truncatingIfNeeded: nodes.count - 1)
        }
        let place = firstFree
        firstFree = nodes[Int(place)].newer
        nodes[Int(place)].value = value
        return place
    }

    /// - Parameter newer: nowhere for the most recently used.
    private mutating func link(_ place: Place, behind newer: Place) {
        let older = newer == Self.nowhere ? newest : nodes[Int(newer)].older
        nodes[Int(place)].newer = newer
        nodes[Int(place)].older = older
        if newer != Self.nowhere { nodes[Int(newer)].older = place } else { newest = place }
        if older != Self.nowhere { nodes[Int(older)].newer = place } else { oldest = place }
    }

    private mutating func unlink(_ place: Place) {
        let (newer, older) = (nodes[Int(place)].newer, nodes[Int(place)].older)
        if newer != Self.nowhere { nodes[Int(newer)].older = older } else { newest = older }
        if older != Self.nowhere { nodes[Int(older)].newer = newer } else { oldest = newer }
    }
}

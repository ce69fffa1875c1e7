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

    /// The least recently used values, in that order.
    func oldest(_ countMax: Int) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(max(0, min(count, countMax)))
        var place = oldest
        while place != Self.nowhere, values.count < countMax {
            values.append(nodes[Int(place)].value)
            place = nodes[Int(place)].newer
        }
        return values
    }

    /// Adds a value as the most recently used.
    mutating func append(_ value: Value) -> Place {
        let place: Place
        if firstFree != Self.nowhere {
            place = firstFree
            firstFree = nodes[Int(place)].newer
            nodes[Int(place)].value = value
        } else {
            place = Place(nodes.count)
            nodes.append(Node(value: value, newer: Self.nowhere, older: Self.nowhere))
        }
        linkNewest(place)
        count += 1
        return place
    }

    /// Makes a value the most recently used.
    mutating func touch(_ place: Place) {
        guard place != newest else { return }
        unlink(place)
        linkNewest(place)
    }

    mutating func remove(_ place: Place) {
        unlink(place)
        nodes[Int(place)].newer = firstFree
        firstFree = place
        count -= 1
    }

    /// Removes the least recently used value.
    mutating func popFirst() -> Value? {
        guard let first else { return nil }
        remove(first.place)
        return first.value
    }

    private mutating func linkNewest(_ place: Place) {
        nodes[Int(place)].newer = Self.nowhere
        nodes[Int(place)].older = newest
        if newest != Self.nowhere {
            nodes[Int(newest)].newer = place
        } else {
            oldest = place
        }
        newest = place
    }

    private mutating func unlink(_ place: Place) {
        let (newer, older) = (nodes[Int(place)].newer, nodes[Int(place)].older)
        if newer != Self.nowhere { nodes[Int(newer)].older = older } else { newest = older }
        if older != Self.nowhere { nodes[Int(older)].newer = newer } else { oldest = newer }
    }
}

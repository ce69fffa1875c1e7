/// A few deadlines of one thing, each set or not.
struct Deadlines {
    private var instants: [ContinuousClock.Instant?]

    init(count: Int) { instants = Array(repeating: nil, count: count) }

    subscript(index: Int) -> ContinuousClock.Instant? {
        get { instants[index] }
        set { instants[index] = newValue }
    }

    var earliest: ContinuousClock.Instant? {
        var earliest: ContinuousClock.Instant?
        for case let instant? in instants where earliest.map({ instant < $0 }) ?? true {
            earliest = instant
        }
        return earliest
    }

    /// Unsets those that are due, and returns which they were.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [Int] {
        var due: [Int] = []
        for index in instants.indices where instants[index].map({ $0 <= now }) ?? false {
            due.append(index)
            instants[index] = nil
        }
        return due
    }
}

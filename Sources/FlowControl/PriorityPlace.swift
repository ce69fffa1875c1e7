/// Where a priority stands among those that are there.
package struct PriorityPlace: Equatable, Sendable {
    package let priority: Int
    /// 0: the most urgent.
    package private(set) var rank: Int
    package private(set) var count: Int
    package private(set) var least: Int
    package private(set) var greatest: Int

    package init(priority: Int, rank: Int, count: Int, least: Int, greatest: Int) {
        self.priority = priority
        self.rank = rank
        self.count = count
        self.least = least
        self.greatest = greatest
    }

    /// Alone.
    init(of priority: Int) {
        self.init(priority: priority, rank: 0, count: 1, least: priority, greatest: priority)
    }

    /// Each priority is added once at most, and its own need not be.
    mutating func add(_ other: Int) {
        guard other != priority else { return }
        if other > priority { rank += 1 }
        count += 1
        least = min(least, other)
        greatest = max(greatest, other)
    }
}

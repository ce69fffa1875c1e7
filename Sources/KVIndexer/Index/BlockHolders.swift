import Domain

/// One endpoint that holds a block, and the tiers it holds it in. No tier: nobody.
struct BlockHolder: Equatable, BitwiseCopyable {
    static let none = BlockHolder(endpoint: EndpointID(rawValue: 0), tiers: 0)

    var endpoint: EndpointID
    /// A bit for each `CacheTier`.
    private(set) var tiers: UInt8

    private init(endpoint: EndpointID, tiers: UInt8) {
        self.endpoint = endpoint
        self.tiers = tiers
    }

    init(endpoint: EndpointID, tier: CacheTier) {
        self.init(endpoint: endpoint, tiers: 1 << tier.rawValue)
    }

    var isNone: Bool { tiers == 0 }

    mutating func insert(_ tier: CacheTier) { tiers |= 1 << tier.rawValue }
    mutating func remove(_ tier: CacheTier) { tiers &= ~(1 << tier.rawValue) }
}

/// The endpoints that hold one block, in ascending order. Up to two need no memory of their own.
///
/// Invariants:
/// 1. `first`, `second`, `rest` are one sequence, ascending, each endpoint once.
/// 2. No place is skipped: `second` is none only if `rest` is empty, `first` only if both are.
struct BlockHolders {
    private var first = BlockHolder.none
    private var second = BlockHolder.none
    private var rest: [BlockHolder] = []

    var isEmpty: Bool { first.isNone }
    var count: Int { second.isNone ? (first.isNone ? 0 : 1) : 2 + rest.count }

    subscript(index: Int) -> BlockHolder {
        switch index {
        case 0: first
        case 1: second
        default: rest[index - 2]
        }
    }

    mutating func insert(_ endpoint: EndpointID, in tier: CacheTier) {
        let place = place(of: endpoint)
        if place < count, self[place].endpoint == endpoint {
            change(at: place) { $0.insert(tier) }
        } else {
            insert(BlockHolder(endpoint: endpoint, tier: tier), at: place)
        }
    }

    mutating func remove(_ endpoint: EndpointID, in tier: CacheTier) {
        guard let place = held(by: endpoint) else { return }
        change(at: place) { $0.remove(tier) }
        if self[place].isNone { remove(at: place) }
    }

    mutating func remove(_ endpoint: EndpointID) {
        if let place = held(by: endpoint) { remove(at: place) }
    }

    /// Moves the contenders that hold this block to the front, keeping their order, and returns
    /// how many they are. `contenders` is ascending, as are the holders: one pass over both.
    func partition(_ contenders: inout [EndpointID]) -> Int {
        var kept = 0
        var place = 0
        let count = count
        for index in contenders.indices {
            let endpoint = contenders[index]
            while place < count, self[place].endpoint.rawValue < endpoint.rawValue { place += 1 }
            if place == count { break }
            guard self[place].endpoint == endpoint else { continue }
            contenders.swapAt(kept, index)
            kept += 1
        }
        return kept
    }

    /// Where the endpoint stands, or where it would have to be inserted.
    private func place(of endpoint: EndpointID) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].endpoint.rawValue < endpoint.rawValue {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func held(by endpoint: EndpointID) -> Int? {
        let place = place(of: endpoint)
        return place < count && self[place].endpoint == endpoint ? place : nil
    }

    private mutating func change(at place: Int, _ change: (inout BlockHolder) -> Void) {
        switch place {
        case 0: change(&first)
        case 1: change(&second)
        default: change(&rest[place - 2])
        }
    }

    /// What stood at `place` and behind it moves back by one.
    private mutating func insert(_ holder: BlockHolder, at place: Int) {
        var moved = holder
        if place == 0 { swap(&first, &moved) }
        if moved.isNone { return }
        if place <= 1 { swap(&second, &moved) }
        if moved.isNone { return }
        rest.insert(moved, at: max(0, place - 2))
    }

    private mutating func remove(at place: Int) {
        if place >= 2 {
            rest.remove(at: place - 2)
            return
        }
        if place == 0 { first = second }
        second = rest.isEmpty ? .none : rest.removeFirst()
    }
}

internal import Dispatch
internal import Synchronization

/// A place for a connection. Its lock is held by whoever took the place, so nobody waits for it.
final class RedisPlace: Sendable {
    let connection = Mutex<RedisConnection?>(nil)
    /// Whether there is a connection, or its user has one. May be wrong only for a moment.
    let isOpen = Atomic(false)
}

/// As many places as there may be connections, each taken by one user at a time.
///
/// Thread safety: any thread may use it.
final class RedisPlaces: Sendable {
    private let all: [RedisPlace]
    private let free: Mutex<[RedisPlace]>
    private let freeCount = DispatchSemaphore(value: 0)

    init(count: Int) {
        let all = (0..<count).map { _ in RedisPlace() }
        self.all = all
        free = Mutex(all)
        for _ in all { freeCount.signal() }
    }

    var count: Int { all.count }
    var isAnyOpen: Bool { all.contains { $0.isOpen.load(ordering: .acquiring) } }
    var areAllOpen: Bool { all.allSatisfy { $0.isOpen.load(ordering: .acquiring) } }

    /// Takes a place, with a connection if there is such a one.
    ///
    /// - Parameter isWanted: told whether there is a connection.
    /// - Returns: nil if there is no place until then, or what is free is not wanted.
    func take(
        until deadline: ContinuousClock.Instant,
        where isWanted: (Bool) -> Bool
    ) -> RedisPlace? {
        let (seconds, attoseconds) = max(.zero, deadline - .now).components
        let nanoseconds =
            Int(min(seconds, 1 << 31)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        guard freeCount.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success else {
            return nil
        }
        let place = free.withLock { free in
            let areOpen = free.map { $0.isOpen.load(ordering: .acquiring) }
            let open = isWanted(true) ? areOpen.lastIndex(of: true) : nil
            let index = open ?? (isWanted(false) ? areOpen.lastIndex(of: false) : nil)
            return index.map { free.remove(at: $0) }
        }
        if place == nil { freeCount.signal() }
        return place
    }

    func put(back place: RedisPlace) {
        free.withLock { $0.append(place) }
        freeCount.signal()
    }
}

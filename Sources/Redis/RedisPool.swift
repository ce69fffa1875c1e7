internal import Synchronization

/// Connections to one Redis.
///
/// Thread safety: any thread may use it. A caller waits for a connection at most until its
/// deadline, and not at all while Redis is known to be down: whoever calls `restore` from time to
/// time finds out when it is back. Opening a connection may take longer than any deadline, because
/// a host's name is resolved: callers that cannot wait leave it to those of `restore` and `refill`.
package final class RedisPool: Sendable {
    package enum Health: Equatable, Sendable {
        /// Nobody has tried to connect.
        case unknown
        case up
        case down
    }

    /// How long to wait before connecting again: doubled after each failure.
    package struct Backoff: Equatable, Sendable {
        package var first = Duration.milliseconds(50)
        package var longest = Duration.seconds(5)
        package init() {}
    }

    private struct Circuit {
        var health = Health.unknown
        var delay: Duration
        var nextAttempt: ContinuousClock.Instant
        /// Of the server that the last connection led to.
        var server = Server.unknown
    }

    private enum Server: Equatable {
        case unknown
        /// Nil: it does not tell.
        case run(String?)
    }

    /// A server that has not answered for so long counts as down, whatever the timeout.
    private static let fairTimeMax = Duration.seconds(1)

    private let address: RedisAddress
    private let timeout: Duration
    private let backoff: Backoff
    private let limits: RedisConnection.Limits
    private let onChange: @Sendable (Health, RedisError?) -> Void
    private let circuit: Mutex<Circuit>
    private let onRestart: @Sendable () -> Void
    private let knownUp = Atomic(false)
    private let restartCount = Atomic(0)
    private let places: RedisPlaces

    /// - Parameters:
    ///   - timeout: of `restore`, and about what callers of `perform` allow.
    ///   - onChange: told once when Redis is found to be up or down, in that order and under a
    ///     lock: must not use the pool.
    ///   - onRestart: told, likewise, after `restarts` has grown.
    package init(
        _ address: RedisAddress,
        connectionCount: Int,
        timeout: Duration,
        backoff: Backoff = Backoff(),
        limits: RedisConnection.Limits = RedisConnection.Limits(),
        onChange: @escaping @Sendable (Health, RedisError?) -> Void = { _, _ in },
        onRestart: @escaping @Sendable () -> Void = {}
    ) {
        precondition(connectionCount > 0, "a pool has a connection")
        self.address = address
        self.timeout = timeout
        self.backoff = backoff
        self.limits = limits
        self.onChange = onChange
        self.onRestart = onRestart
        circuit = Mutex(Circuit(delay: backoff.first, nextAttempt: .now))
        places = RedisPlaces(count: connectionCount)
    }

    package var health: Health { circuit.withLock { $0.health } }

    /// Costs one atomic load.
    package var isUp: Bool { knownUp.load(ordering: .acquiring) }

    /// Times that a new connection led to another run of the server than the one before, or may
    /// have: what was written may be gone. Also counts restarts too short for anybody to notice.
    package var restarts: Int { restartCount.load(ordering: .acquiring) }

    /// Runs `body` with a connection that no one else uses meanwhile. If a connection that had
    /// been idle turns out to be closed, runs it once more with another: `body` sends only
    /// commands that may be sent twice.
    ///
    /// A caller that has less than half of the timeout left, because it waited for a connection or
    /// came late, gets `busy`: Redis could not be blamed for not answering in time.
    ///
    /// - Parameter opening: whether to open a connection, for which there is no deadline, if none
    ///   is open. Else such a caller fails at once.
    package func perform<R: Sendable>(
        until deadline: ContinuousClock.Instant,
        opening: Bool = true,
        _ body: (inout RedisConnection) throws(RedisError) -> R
    ) throws(RedisError) -> R {
        guard isUp else { throw .unavailable }
        do throws(RedisError) {
            if opening { return try withConnection(until: deadline, body) }
            return try withOpenConnection(until: deadline, body)
        } catch {
            if error.isFailureOfServer { fell(because: error) }
            throw error
        }
    }

    /// Connects again, if Redis is not known to be up and the time for it has come.
    ///
    /// - Returns: how long to wait before the next call; nil if Redis is up.
    package func restore() -> Duration? {
        let wait = circuit.withLock { circuit -> Duration? in
            circuit.health == .up ? nil : max(.zero, circuit.nextAttempt - .now)
        }
        guard let wait else { return nil }
        guard wait == .zero else { return wait }
        do throws(RedisError) {
            try withConnection(until: .now + timeout) { connection throws(RedisError) in
                try connection.ping(until: .now + self.timeout)
            }
            openPlaces()
            rose()
            return nil
        } catch {
            return stayedDown(because: error)
        }
    }

    /// Opens the connections that are missing, unless Redis is known to be down.
    package func refill() {
        if isUp { openPlaces() }
    }

    /// Stops at the first that cannot be opened: others are there, or somebody finds out.
    private func openPlaces() {
        while !places.areAllOpen, let place = places.take(until: .now, where: { !$0 }) {
            defer { places.put(back: place) }
            do throws(RedisError) {
                try place.connection.withLock { connection throws(RedisError) in
                    try use(&connection, of: place, until: .now + timeout) { _ in }
                }
            } catch {
                return
            }
        }
    }

    /// Tries every open connection until one is not closed. Redis has ended if none is left.
    private func withOpenConnection<R: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ body: (inout RedisConnection) throws(RedisError) -> R
    ) throws(RedisError) -> R {
        for _ in 0..<places.count {
            do throws(RedisError) {
                return try withConnection(until: deadline, opening: false, body)
            } catch .closed {
                guard places.isAnyOpen else { throw .closed }
            } catch {
                throw error
            }
        }
        throw .busy
    }

    private func withConnection<R: Sendable>(
        until deadline: ContinuousClock.Instant,
        opening: Bool = true,
        _ body: (inout RedisConnection) throws(RedisError) -> R
    ) throws(RedisError) -> R {
        guard let place = places.take(until: deadline, where: { opening || $0 }) else {
            throw .busy
        }
        defer { places.put(back: place) }
        let fairTime = min(timeout / 2, RedisPool.fairTimeMax)
        guard deadline - .now >= fairTime else { throw .busy }
        return try place.connection.withLock { connection throws(RedisError) in
            try use(&connection, of: place, until: deadline, opening: opening, body)
        }
    }

    private func use<R>(
        _ idle: inout RedisConnection?,
        of place: RedisPlace,
        until deadline: ContinuousClock.Instant,
        opening: Bool = true,
        _ body: (inout RedisConnection) throws(RedisError) -> R
    ) throws(RedisError) -> R {
        do throws(RedisError) {
            let result = try use(&idle, until: deadline, opening: opening, body)
            place.isOpen.store(true, ordering: .releasing)
            return result
        } catch {
            place.isOpen.store(false, ordering: .releasing)
            throw error
        }
    }

    /// After any error the connection is closed: replies may still be on their way.
    private func use<R>(
        _ idle: inout RedisConnection?,
        until deadline: ContinuousClock.Instant,
        opening: Bool,
        _ body: (inout RedisConnection) throws(RedisError) -> R
    ) throws(RedisError) -> R {
        var isReplaced = false
        if var connection = idle.take() {
            do throws(RedisError) {
                let result = try body(&connection)
                idle = consume connection
                return result
            } catch .closed {
                isReplaced = true  // the server may have ended it long ago
            } catch {
                throw error
            }
        }
        guard opening else { throw .closed }
        var connection = try RedisConnection.open(address, until: deadline, limits: limits)
        note(connection.serverRun, isReplaced: isReplaced)
        let result = try body(&connection)
        idle = consume connection
        return result
    }

    /// A server that does not tell its run may be another one whenever a connection had ended.
    private func note(_ run: String?, isReplaced: Bool) {
        circuit.withLock { circuit in
            let isRestarted =
                circuit.server != .unknown
                && (circuit.server != .run(run) || run == nil && isReplaced)
            circuit.server = .run(run)
            guard isRestarted else { return }
            restartCount.wrappingAdd(1, ordering: .releasing)
            onRestart()
        }
    }

    private func rose() {
        circuit.withLock { circuit in
            let changed = circuit.health != .up
            (circuit.health, circuit.delay) = (.up, backoff.first)
            knownUp.store(true, ordering: .releasing)
            if changed { onChange(.up, nil) }
        }
    }

    /// A connection failed that was in use. The first attempt to restore it may follow at once.
    private func fell(because error: RedisError) {
        circuit.withLock { circuit in
            guard circuit.health == .up else { return }
            (circuit.health, circuit.nextAttempt) = (.down, .now)
            knownUp.store(false, ordering: .releasing)
            onChange(.down, error)
        }
    }

    private func stayedDown(because error: RedisError) -> Duration {
        circuit.withLock { circuit in
            let changed = circuit.health != .down
            let delay = circuit.delay
            (circuit.health, circuit.nextAttempt) = (.down, .now + delay)
            circuit.delay = min(delay * 2, backoff.longest)
            knownUp.store(false, ordering: .releasing)
            if changed { onChange(.down, error) }
            return delay
        }
    }
}

import Domain
import FlowControl
import Synchronization

/// A clock that stands until it is moved.
final class ManualClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by time: Duration) { instant.withLock { $0 += time } }
}

/// A pool of endpoints, of which the one with the least in flight gets the next request.
final class FakePool: Sendable {
    private struct State {
        var loads: [EndpointLoad]
        var inFlightMost = 0
    }

    private let state: Mutex<State>

    init(endpoints: Int) {
        let loads = (0..<endpoints).map { _ in EndpointLoad() }
        state = Mutex(State(loads: loads))
    }

    var loads: PoolLoads { state.withLock { PoolLoads($0.loads) } }
    var inFlight: Int { state.withLock { Self.inFlight($0.loads) } }
    /// The most that ever was in flight.
    var inFlightMost: Int { state.withLock { $0.inFlightMost } }

    func setEndpoints(_ count: Int) {
        state.withLock { state in state.loads = (0..<count).map { _ in EndpointLoad() } }
    }

    /// All endpoints report the same.
    func report(_ report: EngineReport) {
        state.withLock { state in
            for position in state.loads.indices { state.loads[position].report = report }
        }
    }

    func reserve() {
        state.withLock { state in
            guard
                let idlest = state.loads.indices.min(by: {
                    state.loads[$0].inFlightRequests < state.loads[$1].inFlightRequests
                })
            else { return }
            state.loads[idlest].inFlightRequests += 1
            state.loads[idlest].prefillingRequests += 1
            state.inFlightMost = max(state.inFlightMost, Self.inFlight(state.loads))
        }
    }

    func release() {
        state.withLock { state in
            guard let busy = state.loads.firstIndex(where: { $0.inFlightRequests > 0 }) else {
                return
            }
            state.loads[busy].inFlightRequests -= 1
            state.loads[busy].prefillingRequests -= 1
        }
    }

    private static func inFlight(_ loads: [EndpointLoad]) -> Int {
        loads.reduce(0) { $0 + Int($1.inFlightRequests) }
    }
}

extension EndpointLoad {
    /// An idle endpoint, but for what `change` sets.
    static func fake(_ change: (inout EndpointLoad) -> Void) -> EndpointLoad {
        var load = EndpointLoad()
        change(&load)
        return load
    }

    /// An endpoint that reports on itself.
    ///
    /// - Parameter prefilling: nil: no first token was seen of any request in flight.
    static func reporting(
        waiting: Int32 = 0,
        running: Int32 = 0,
        usage: Double = 0,
        inFlight: Int32 = 0,
        prefilling: Int32? = nil,
        at instant: ContinuousClock.Instant
    ) -> EndpointLoad {
        fake { load in
            load.inFlightRequests = inFlight
            load.prefillingRequests = prefilling ?? inFlight
            load.report.waitingRequests = waiting
            load.report.runningRequests = running
            load.report.kvCacheUsage = usage
            load.report.receivedAt = instant
        }
    }
}

extension QueuedRequest {
    /// - Parameter second: of its arrival, after `start`.
    static func fake(
        _ number: UInt64,
        priority: Int = 0,
        flow: String = "a",
        bytes: Int = 1,
        second: Int = 0,
        timeToLive: Int = 60,
        emptyPoolTTL: Int = 60,
        target: Int? = nil,
        start: ContinuousClock.Instant = .testStart
    ) -> QueuedRequest {
        var request = QueuedRequest(number: number, arrival: start + .seconds(second))
        request.priority = priority
        request.fairnessID = flow
        request.bytes = bytes
        request.timeToLive = .seconds(timeToLive)
        request.emptyPoolTTL = .seconds(emptyPoolTTL)
        request.target = target.map { .seconds($0) }
        return request
    }
}

extension ContinuousClock.Instant {
    /// The same for all tests of one run.
    static let testStart = ContinuousClock.now
}

extension FlowQueues {
    /// All that wait, in the order of their turns.
    mutating func drain() -> [UInt64] {
        var numbers: [UInt64] = []
        while let next = popFirst() { numbers.append(next.number) }
        return numbers
    }

    /// Enters all, which have to find room.
    mutating func fill(_ requests: [QueuedRequest]) {
        for request in requests {
            guard enter(request) == .waits(evicted: []) else { preconditionFailure("no room") }
        }
    }
}

extension FlowControlConfig {
    static func fake(_ change: (inout FlowControlConfig) -> Void = { _ in }) -> FlowControlConfig {
        var config = FlowControlConfig()
        change(&config)
        return config
    }
}

extension PoolFullness {
    /// A pool that takes so many requests more.
    static func free(_ places: Int, of requestsMax: Int = 100) -> PoolFullness {
        let amount = Double(requestsMax - places)
        let line = SaturationReading.Line(amount, of: Double(requestsMax), perRequest: 1)
        return PoolFullness(decode: SaturationReading([line], endpointCount: 1))
    }

    static let empty = PoolFullness(decode: SaturationReading([], endpointCount: 0))
}

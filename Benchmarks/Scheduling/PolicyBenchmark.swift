import Domain
import Routing
import Scheduling
import Synchronization

/// Policies on a trace: the picker's own scheduler and ledger, before engines of which only caches
/// and the computing of prompts are simulated, in time that takes no time.
enum PolicyBenchmark {
    private static let engineCount = 8
    /// Tokens that an engine's cache holds.
    private static let cacheTokens = 16_384 * 64

    static func run(_ trace: Trace) {
        for fleet in [Fleet.equal, Fleet.mixed] {
            for policy in Policy.compared {
                let result = Replay(trace, policy, fleet).run()
                let name = "\(fleet.rawValue)/\(policy.name)"
                print("bench policies/reuse/\(name) \(rounded(result.reuse, 3)) share")
                print("bench policies/ttft-mean/\(name) \(rounded(result.mean, 0)) ms")
                print("bench policies/ttft-p50/\(name) \(rounded(result.percentile(50), 0)) ms")
                print("bench policies/ttft-p99/\(name) \(rounded(result.percentile(99), 0)) ms")
            }
        }
    }

    private static func rounded(_ value: Double, _ digits: Int) -> Double {
        let scale = digits == 0 ? 1.0 : 1000
        return (value * scale).rounded() / scale
    }

    enum Fleet: String {
        case equal
        /// Half of the engines compute half as fast.
        case mixed

        func speed(of engine: Int) -> Double { self == .mixed && engine % 2 == 1 ? 0.5 : 1 }
    }

    struct Result {
        var milliseconds: [Double] = []
        var reuse = 0.0

        var mean: Double { milliseconds.reduce(0, +) / Double(max(1, milliseconds.count)) }

        func percentile(_ percent: Int) -> Double {
            milliseconds.sorted()[min(milliseconds.count - 1, milliseconds.count * percent / 100)]
        }
    }

    /// One trace under one policy.
    private final class Replay {
        private struct Event {
            let seconds: Double
            let isFirstToken: Bool
            let lease: EndpointLease
        }

        private final class Clock: Sendable {
            let nanoseconds = Atomic<Int64>(0)
            let start = ContinuousClock.now
            var now: ContinuousClock.Instant {
                start + .nanoseconds(nanoseconds.load(ordering: .relaxed))
            }
        }

        private let trace: Trace
        private let policy: Policy
        private let clock = Clock()
        private let ledger: EndpointLedger
        private let snapshot: EndpointSnapshot
        private var engines: [SimulatedEngine]
        /// A heap, the next first.
        private var events: [Event] = []

        init(_ trace: Trace, _ policy: Policy, _ fleet: Fleet) {
            self.trace = trace
            self.policy = policy
            ledger = EndpointLedger(now: { [clock] in clock.now })
            let numbers = 0..<engineCount
            snapshot = EndpointSnapshot(
                generation: 1,
                endpoints: numbers.map {
                    Endpoint(
                        id: EndpointID(rawValue: UInt32($0)),
                        name: "engine-\($0)",
                        address: "10.0.0.\($0 + 1):8000"
                    )
                }
            )
            engines = numbers.map {
                SimulatedEngine(
                    capacity: cacheTokens / trace.blockTokens,
                    speed: fleet.speed(of: $0)
                )
            }
        }

        func run() -> Result {
            var result = Result()
            var (cached, total) = (0, 0)
            for request in trace.requests {
                advance(to: request.seconds)
                let matched = engines.map { $0.matchedBlocks(of: request.blocks) }
                guard let (engine, lease) = pick(request, matched) else { continue }
                let tokens = min(matched[engine] * trace.blockTokens, request.promptTokens)
                let firstToken = engines[engine].serve(
                    request.blocks,
                    uncachedTokens: request.promptTokens - tokens,
                    at: request.seconds
                )
                result.milliseconds.append((firstToken - request.seconds) * 1000)
                (cached, total) = (cached + tokens, total + request.promptTokens)
                push(Event(seconds: firstToken, isFirstToken: true, lease: lease))
                let end = firstToken + Double(request.outputTokens) * Self.secondsPerOutputToken
                push(Event(seconds: end, isFirstToken: false, lease: lease))
            }
            result.reuse = Double(cached) / Double(max(1, total))
            return result
        }

        private static let secondsPerOutputToken = 0.012

        private func pick(
            _ request: TracedRequest,
            _ matched: [Int]
        ) -> (engine: Int, lease: EndpointLease)? {
            var demand = ReservationDemand()
            demand.promptTokens = request.promptTokens
            demand.seesFirstToken = true
            var matches = PrefixMatches(blockCount: request.blocks.count)
            for (number, blocks) in matched.enumerated() where blocks > 0 {
                let id = EndpointID(rawValue: UInt32(number))
                matches.add(
                    EndpointMatch(
                        endpoint: id,
                        blocks: Int32(blocks),
                        blocksByTier: [Int32(blocks), 0, 0, 0]
                    )
                )
            }
            demand.precise.matches = matches
            let now = clock.now
            let picked = try? ledger.reserve(&demand, in: snapshot, at: now) {
                (loads, demand, number, scratch) throws(PickError) in
                var context = SchedulingContext(
                    request: InferenceRequest(model: "m"),
                    snapshot: snapshot,
                    loads: loads,
                    now: now
                )
                context.request.promptTokens = demand.promptTokens
                context.matches = demand.precise.matches
                context.blockTokens = trace.blockTokens
                context.announcing = [Bool](repeating: true, count: loads.count)
                context.rotation = number
                return try policy.scheduler.schedule(in: context, using: &scratch)
            }
            return picked.map { (Int($0.decision.endpoint.id.rawValue), $0.lease) }
        }

        private func advance(to seconds: Double) {
            while let next = events.first, next.seconds <= seconds {
                setClock(next.seconds)
                pop()
                if next.isFirstToken {
                    next.lease.responseBegan(status: 200)
                    next.lease.firstBytes()
                } else {
                    next.lease.responseEnded()
                }
            }
            setClock(seconds)
        }

        private func setClock(_ seconds: Double) {
            clock.nanoseconds.store(Int64(seconds * 1e9), ordering: .relaxed)
        }

        private func push(_ event: Event) {
            events.append(event)
            var child = events.count - 1
            while child > 0, events[child].seconds < events[(child - 1) / 2].seconds {
                events.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        private func pop() {
            events.swapAt(0, events.count - 1)
            events.removeLast()
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < events.count && events[child].seconds < events[least].seconds {
                    least = child
                }
                if least == parent { return }
                events.swapAt(parent, least)
                parent = least
            }
        }
    }
}

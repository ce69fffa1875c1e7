import Domain
import Glibc
import Routing
import Scheduling

/// One decision, from a snapshot of the pool and a prompt that is looked up to a reservation, and
/// that reservation's end.
enum DecisionBenchmark {
    private static let blockCount = 640
    private static let blockTokens = 16
    private static let rounds = 7

    static func run() {
        for count in [10, 100, 1000] {
            report(.fourScorers, "decision", count)
            report(.predictedTTFT, "decision-default-policy", count)
        }
    }

    private static func report(_ policy: Policy, _ name: String, _ count: Int) {
        let bench = Bench(policy, count: count)
        let decisions = 400_000 / (count + 20)
        bench.decide(times: decisions / 4)  // warm-up
        var seconds: [Double] = []
        for _ in 0..<rounds {
            let start = threadSeconds()
            bench.decide(times: decisions)
            seconds.append((threadSeconds() - start) / Double(decisions))
        }
        seconds.sort()
        print("bench scheduling/\(name)/\(count) \(hundredths(seconds[rounds / 2] * 1e6)) us")
        let before = allocationCounts()
        bench.decide(times: 1000)
        let after = allocationCounts()
        let calls = Double(after.calls - before.calls) / 1000
        let bytes = Double(after.bytes - before.bytes) / 1000
        print("bench scheduling/\(name)-allocations/\(count) \(hundredths(calls)) count")
        print("bench scheduling/\(name)-allocated/\(count) \(hundredths(bytes)) bytes")
    }

    private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    /// CPU time of this thread: other processes do not disturb it.
    private static func threadSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A pool at work: a few requests in flight everywhere, reports of every engine, and prompts
    /// of which every tenth endpoint holds a part.
    private final class Bench {
        private let scheduler: Scheduler
        private let snapshot: EndpointSnapshot
        private let announcing: [Bool]
        private let ledger = EndpointLedger()
        private var demand = ReservationDemand()
        private var held: [EndpointLease] = []

        init(_ policy: Policy, count: Int) {
            scheduler = policy.scheduler
            let endpoints = (0..<count).map { number in
                Endpoint(
                    id: EndpointID(rawValue: UInt32(number)),
                    name: "pod-\(number)",
                    address: "10.0.\(number / 250).\(number % 250 + 1):8000"
                )
            }
            snapshot = EndpointSnapshot(generation: 1, endpoints: endpoints)
            announcing = endpoints.map { _ in true }
            demand.promptTokens = blockCount * blockTokens
            var matches: [EndpointID: Int] = [:]
            for number in stride(from: 0, to: count, by: 10) {
                matches[EndpointID(rawValue: UInt32(number))] = number * 7919 % blockCount
            }
            demand.precise.matches = PrefixMatches(blockCount: blockCount, matchedBlocks: matches)
            ledger.follow(snapshot)
            for (number, endpoint) in endpoints.enumerated() {
                var report = EngineReport()
                report.waitingRequests = Int32(number % 3)
                report.runningRequests = Int32(number % 17)
                report.kvCacheUsage = Double(number % 10) / 10
                report.kvCacheTokens = 500_000
                report.receivedAt = .now
                ledger.report(report, of: endpoint.id)
            }
            for _ in 0..<count * 3 { held.append(lease()) }
        }

        func decide(times: Int) {
            for _ in 0..<times { _ = lease() }
        }

        private func lease() -> EndpointLease {
            let now = ContinuousClock.now
            do throws(PickError) {
                return try ledger.reserve(&demand, in: snapshot, at: now) {
                    (loads, demand, number, scratch) throws(PickError) in
                    var context = SchedulingContext(
                        request: InferenceRequest(model: "m"),
                        snapshot: snapshot,
                        loads: loads,
                        now: now
                    )
                    context.request.promptTokens = demand.promptTokens
                    context.matches = demand.precise.matches
                    context.blockTokens = blockTokens
                    context.announcing = announcing
                    context.rotation = number
                    return try scheduler.schedule(in: context, using: &scratch)
                }.lease
            } catch {
                fatalError("a pool of idle endpoints has one: \(error)")
            }
        }
    }
}

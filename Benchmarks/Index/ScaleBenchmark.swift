import Domain
import Glibc
import KVIndexer
import Synchronization
import Threads

/// Measures how the index behaves when it is large, and while much is being stored.
enum ScaleBenchmark {
    private static let endpointCount = 1_000
    private static let blocksPerSecond = 2_000_000

    static func run(millionsOfKeys: [Int]) throws {
        for millions in millionsOfKeys.isEmpty ? [1, 4, 16] : millionsOfKeys {
            try run(millions: millions)
        }
    }

    private static func run(millions: Int) throws {
        let workload = Workload(
            placementCount: millions << 20,
            endpointCount: endpointCount,
            groupCount: 64
        )
        let before = residentBytes()
        let index = CoreBenchmark.makeIndex()
        let holders = CoreBenchmark.openHolders(endpointCount, in: index)
        let time = CoreBenchmark.fill(index, with: workload, holders, batch: 128)
        let blocks = Double(workload.sequenceCount * workload.depth)
        let name = "scale/\(millions)M-keys"
        report("\(name)/store", time * 1e9 / blocks, "ns/block")
        let grown = Double(residentBytes() - before)
        report("\(name)/memory", grown / Double(workload.pairCount), "B/pair")
        reportLatencies(of: index, workload, "\(name)/find-idle")
        let storing = try Storing(in: index, holder: holders[0])
        reportLatencies(of: index, workload, "\(name)/find-while-storing")
        report("\(name)/stored-meanwhile", storing.stop() / 1e6, "Mblocks/s")
    }

    /// Of single lookups, by the clock on the wall: what waits for a lock counts.
    private static func reportLatencies(
        of index: InMemoryIndex,
        _ workload: Workload,
        _ name: String
    ) {
        var matches = PrefixMatches(blockCount: 0)
        let clock = ContinuousClock()
        var times: [Double] = []
        for query in 0..<200_000 {
            let keys = workload.keys(of: workload.sequence(ofQuery: query))
            matches.reset(blockCount: keys.count)
            let time = clock.measure {
                index.longestPrefixes(of: keys.span, in: KeySpaceID(rawValue: 1), into: &matches)
            }
            precondition(!matches.endpoints.isEmpty, "every prompt is held by somebody")
            times.append(time / .microseconds(1))
        }
        times.sort()
        for (label, part) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
            report("\(name)-\(label)", times[Int(Double(times.count) * part)], "us")
        }
    }

    /// A thread that stores and removes blocks at a steady pace.
    private final class Storing: Sendable {
        private let isStopped = Atomic<Bool>(false)
        private let stored = Atomic<Int>(0)
        private let thread = Mutex<OSThread?>(nil)
        private let start = ContinuousClock.now

        init(in index: InMemoryIndex, holder: HolderID) throws {
            let started = try OSThread(named: "storing") { [self] in store(in: index, holder) }
            thread.withLock { $0 = started }
        }

        /// Returns the blocks for each second.
        func stop() -> Double {
            isStopped.store(true, ordering: .relaxed)
            let time = ContinuousClock.now - start
            let blocks = stored.load(ordering: .relaxed)
            thread.withLock { $0.take() }?.join()
            return Double(blocks) / (time / .seconds(1))
        }

        /// Prompts of their own, which stay for a while and are then removed.
        private func store(in index: InMemoryIndex, _ holder: HolderID) {
            let workload = Workload(placementCount: 1 << 20, depth: 128, sharedPart: 0)
            let prompts = (0..<2_048).map { workload.keys(of: 1 << 40 + $0) }
            var next = 0
            while !isStopped.load(ordering: .relaxed) {
                let keys = prompts[next % prompts.count]
                if next >= prompts.count {
                    index.remove(keys.span, from: holder, tier: .gpu)
                }
                index.store(
                    keys.span,
                    after: nil,
                    in: holder,
                    tier: .gpu,
                    counting: .everyCopy
                )
                next += 1
                stored.add(keys.count, ordering: .relaxed)
                wait(forBlocks: next * keys.count)
            }
        }

        /// Until so many blocks are due.
        private func wait(forBlocks count: Int) {
            let due = start + .seconds(1) * (Double(count) / Double(blocksPerSecond))
            let early = due - ContinuousClock.now
            if early > .milliseconds(1) { usleep(UInt32(early / .microseconds(1))) }
        }
    }
}

import Domain
import KVIndexer
import Telemetry

/// Measures the index itself, on one thread: blocks in, prompts looked up, blocks out, memory.
/// What is stored and asked is made outside of the timed parts. Most of it lies in no CPU cache.
enum CoreBenchmark {
    private static let queryCount = 2_000
    /// Sequences whose keys exist at once: enough for a timed part, few beside the index.
    private static let sequencesAtOnce = 512

    static func run() throws {
        warmMemory()
        store(Workload(), batch: 128)
        store(Workload(), batch: 8)
        store(Workload(), batch: 1)
        store(Workload(depth: 1024), batch: 1024)
        findAndRemove(Workload(), name: "128x16")
        findAndRemove(Workload(depth: 1024, groupCount: 1), name: "1024x64")
        memory(Workload(), name: "shared")
        memory(Workload(sharedPart: 0), name: "unshared")
    }

    static func makeIndex() -> InMemoryIndex {
        InMemoryIndex(
            config: InMemoryIndexConfig(),
            metrics: KVIndexerMetrics(registry: MetricsRegistry())
        )
    }

    static func openHolders(_ count: Int, in index: InMemoryIndex) -> [HolderID] {
        (0..<count).compactMap { number in
            index.open(
                CacheID(endpoint: EndpointID(rawValue: UInt32(number))),
                in: KeySpaceID(rawValue: 1),
                as: .confirmed
            )
        }
    }

    /// Returns CPU seconds.
    static func fill(
        _ index: InMemoryIndex,
        with workload: Workload,
        _ holders: [HolderID],
        batch: Int
    ) -> Double {
        var time = 0.0
        for first in stride(from: 0, to: workload.sequenceCount, by: sequencesAtOnce) {
            let sequences = first..<min(first + sequencesAtOnce, workload.sequenceCount)
            let keys = sequences.map { workload.keys(of: $0) }
            let start = threadSeconds()
            for (place, sequence) in sequences.enumerated() {
                let prompt = keys[place]
                store(prompt.span, of: holders[sequence % holders.count], in: index, batch: batch)
            }
            time += threadSeconds() - start
        }
        return time
    }

    private static func store(
        _ keys: Span<BlockKey>,
        of holder: HolderID,
        in index: InMemoryIndex,
        batch: Int
    ) {
        var first = 0
        while first < keys.count {
            index.store(
                keys.extracting(first..<min(first + batch, keys.count)),
                after: first == 0 ? nil : keys[first - 1],
                in: holder,
                tier: .gpu,
                counting: .onlyFirst
            )
            first += batch
        }
    }

    private static func store(_ workload: Workload, batch: Int) {
        let index = makeIndex()
        let holders = openHolders(workload.endpointCount, in: index)
        let time = fill(index, with: workload, holders, batch: batch)
        let blocks = workload.sequenceCount * workload.depth
        report("store/\(batch)/warmpath", time * 1e9 / Double(blocks), "ns/block")
    }

    private static func findAndRemove(_ workload: Workload, name: String) {
        let index = makeIndex()
        let holders = openHolders(workload.endpointCount, in: index)
        _ = fill(index, with: workload, holders, batch: workload.depth)
        let asked = (0..<queryCount).map { workload.sequence(ofQuery: $0) }
        find(asked.map { workload.keys(of: $0) }, in: index, name, blocks: workload.depth)
        find(
            asked.map { workload.halfKnownKeys(of: $0) },
            in: index,
            "\(name)-half",
            blocks: workload.depth / 2
        )
        find(
            (0..<queryCount).map { workload.unknownKeys($0) },
            in: index,
            "\(name)-miss",
            blocks: 0
        )
        if workload.depth == 128 { remove(workload, from: index, holders, batch: 8) }
    }

    /// - Parameter blocks: that some endpoint must hold of each prompt.
    private static func find(
        _ prompts: [[BlockKey]],
        in index: InMemoryIndex,
        _ name: String,
        blocks: Int
    ) {
        var matches = PrefixMatches(blockCount: 0)
        let start = threadSeconds()
        for prompt in prompts {
            matches.reset(blockCount: prompt.count)
            index.longestPrefixes(of: prompt.span, in: KeySpaceID(rawValue: 1), into: &matches)
        }
        let time = threadSeconds() - start
        let best = matches.endpoints.map(\.blocks).max() ?? 0
        precondition(Int(best) == blocks, "the last prompt must match \(blocks) blocks")
        report("find/\(name)/warmpath", time * 1e6 / Double(prompts.count), "us")
    }

    /// From the last block on, as engines do: what every fourth sequence shares with no other.
    private static func remove(
        _ workload: Workload,
        from index: InMemoryIndex,
        _ holders: [HolderID],
        batch: Int
    ) {
        var time = 0.0
        var removed = 0
        for sequence in stride(from: 0, to: workload.sequenceCount, by: 4) {
            let keys = Array(workload.keys(of: sequence).dropFirst(workload.sharedCount).reversed())
            let holder = holders[sequence % holders.count]
            let start = threadSeconds()
            for first in stride(from: 0, to: keys.count, by: batch) {
                let some = keys.span.extracting(first..<min(first + batch, keys.count))
                index.remove(some, from: holder, tier: .gpu)
            }
            time += threadSeconds() - start
            removed += keys.count
        }
        report("remove/\(batch)/warmpath", time * 1e9 / Double(removed), "ns/block")
    }

    /// All that the process has grown by, per pair of a block and an endpoint that holds it.
    private static func memory(_ workload: Workload, name: String) {
        _ = workload.keys(of: 0)
        let before = residentBytes()
        let index = makeIndex()
        let holders = openHolders(workload.endpointCount, in: index)
        _ = fill(index, with: workload, holders, batch: workload.depth)
        let grown = residentBytes() - before
        report("memory/\(name)/warmpath", Double(grown) / Double(workload.pairCount), "B/pair")
        precondition(index.statistics.keys > 0, "the index lives until here")
    }
}

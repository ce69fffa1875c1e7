import Domain
import KVIndexer
import Telemetry

/// Measures the event path and the lookup path of the index, each on one thread. Prints the
/// median of the rounds, which the few that other processes disturb do not move.
@main enum IndexBenchmark {
    static let blockSize = BlockSize(tokenCount: 16)

    static func main() throws {
        hash()
        store()
        find(blockCount: 128, endpointCount: 1)
        find(blockCount: 1024, endpointCount: 64)
        try decode()
        try write()
    }

    static func hash() {
        let hasher = BlockKeyHasher(blockSize: blockSize)
        let scope = BlockKeyScope(model: "meta-llama/Llama-3.1-8B-Instruct")
        let tokens = (0..<10_000).map { TokenID(rawValue: UInt32($0 * 7 % 128_000)) }
        var keys: [BlockKey] = []
        let seconds = median(50, repeating: 20) { _ in
            keys.removeAll(keepingCapacity: true)
            hasher.appendKeys(for: tokens.span, in: scope, to: &keys)
        }
        report("hash/10k-tokens", seconds * 1e6, "us")
    }

    /// Runs of 128 new blocks, until the index holds a million.
    static func store() {
        let index = makeIndex()
        let seconds = median(7_800) { round in
            index.store(keys(128, run: round).span, at: EndpointID(rawValue: 1), in: .gpu)
        }
        report("store/128", seconds * 1e9 / 128, "ns/block")
    }

    static func find(blockCount: Int, endpointCount: Int) {
        let index = makeIndex()
        for run in 0..<1_000 {  // what else is cached
            index.store(keys(256, run: run).span, at: EndpointID(rawValue: 0), in: .gpu)
        }
        let prompt = keys(blockCount, run: 1_000_000)
        for endpoint in 1...endpointCount {
            index.store(prompt.span, at: EndpointID(rawValue: UInt32(endpoint)), in: .gpu)
        }
        let seconds = median(50, repeating: 20) { _ in
            precondition(
                index.longestPrefixes(of: prompt.span).matchedBlocks.count == endpointCount
            )
        }
        report("find/\(blockCount)x\(endpointCount)", seconds * 1e6, "us")
    }

    static func decode() throws {
        let payload = EngineEvents.stored(blockCount: 128, blockSize: blockSize, run: 1)
        let decoder = EventBatchDecoder()
        let seconds = try median(50, repeating: 20) { _ in
            let batch = try decoder.decode(payload.span)
            precondition(batch.events.count == 1)
        }
        report("decode/128", seconds * 1e9 / 128, "ns/block")
    }

    /// The whole way from a payload to the index, with blocks that are new each time.
    static func write() throws {
        let metrics = KVIndexerMetrics(registry: MetricsRegistry())
        var intake = EventIntake(
            for: EndpointID(rawValue: 1),
            to: makeIndex(),
            config: KVIndexerConfig(),
            metrics: metrics
        )
        let topic = Array("kv@10.0.0.1:8000@model".utf8)
        let payloads = (0..<2_000).map {
            EngineEvents.stored(blockCount: 128, blockSize: blockSize, run: $0)
        }
        let seconds = median(payloads.count) { round in
            let payload = payloads[round]
            intake.receive(topic: topic.span, number: UInt64(round), payload: payload.span)
        }
        precondition(metrics.batchesApplied.value == UInt64(payloads.count))
        report("receive/128", seconds * 1e9 / 128, "ns/block")
    }

    static func makeIndex() -> InMemoryIndex {
        InMemoryIndex(
            config: KVIndexerConfig(),
            metrics: KVIndexerMetrics(registry: MetricsRegistry())
        )
    }

    /// Keys like those of a hash, different for each run.
    static func keys(_ count: Int, run: Int) -> [BlockKey] {
        (0..<count).map {
            BlockKey(rawValue: (UInt64(run) << 20 + UInt64($0) + 1) &* 0x9E37_79B9_7F4A_7C15)
        }
    }

    /// Seconds for one call, in the median of the rounds.
    static func median(
        _ rounds: Int,
        repeating calls: Int = 1,
        _ body: (Int) throws -> Void
    ) rethrows -> Double {
        let clock = ContinuousClock()
        var times: [Duration] = []
        for round in 0..<rounds {
            times.append(try clock.measure { for _ in 0..<calls { try body(round) } })
        }
        return times.sorted()[rounds / 2] / .seconds(calls)
    }

    static func report(_ name: String, _ value: Double, _ unit: String) {
        let tenths = Int((value * 10).rounded())
        print("bench index/\(name) \(tenths / 10).\(tenths % 10) \(unit)")
    }
}

import BlockKeys
import Domain
import KVEvents
import KVIndexer
import Telemetry

/// Measures the way of one engine's events from their bytes to the index, without the network.
enum EventBenchmark {
    static func run() throws {
        for batch in [128, 1] {
            let payloads = payloads(batch: batch, blocks: batch == 1 ? 1 << 17 : 1 << 19)
            try decode(payloads, batch: batch, isReadingTokens: false)
            try decode(payloads, batch: batch, isReadingTokens: true)
            for mode in [BlockKeyConfig.Mode.auto, .requestKey] {
                try receive(payloads, batch: batch, mode)
            }
        }
    }

    private static func payloads(batch: Int, blocks: Int) -> [[UInt8]] {
        let workload = Workload(placementCount: blocks, endpointCount: 1)
        return (0..<workload.sequenceCount).flatMap {
            EngineEvents.payloads(of: $0, in: workload, batch: batch)
        }
    }

    private static func decode(
        _ payloads: [[UInt8]],
        batch: Int,
        isReadingTokens: Bool
    ) throws {
        var decoder = EventBatchDecoder()
        var counting = CountingVisitor(isReadingTokens: isReadingTokens)
        let start = threadSeconds()
        for payload in payloads { _ = try decoder.decode(payload.span, into: &counting) }
        let time = threadSeconds() - start
        precondition(counting.blockCount == payloads.count * batch, "every block is read")
        let name = isReadingTokens ? "decode-with-tokens" : "decode"
        report("\(name)/\(batch)/warmpath", time * 1e9 / Double(counting.blockCount), "ns/block")
    }

    private static func receive(_ payloads: [[UInt8]], batch: Int, _ mode: BlockKeyConfig.Mode)
        throws
    {
        var config = KVIndexerConfig()
        config.blockSize = EngineEvents.blockSize
        config.keys.mode = mode
        let index = CoreBenchmark.makeIndex()
        var writer = IndexWriter(
            for: CacheID(endpoint: EndpointID(rawValue: 1)),
            named: "engine",
            in: FeedContext(
                index: index,
                spaces: KeySpaceRegistry(),
                config: config,
                metrics: KVIndexerMetrics(registry: MetricsRegistry()),
                log: Log(level: .error)
            )
        )
        let start = threadSeconds()
        for payload in payloads { try writer.apply(payload.span, model: "model") }
        let time = threadSeconds() - start
        precondition(
            index.statistics.keys > payloads.count * batch / 2,
            "what was received is stored"
        )
        let name = mode == .auto ? "receive" : "receive-request-key"
        report("\(name)/\(batch)/warmpath", time * 1e9 / Double(payloads.count * batch), "ns/block")
        writer.end()
    }

    private struct CountingVisitor: EventVisitor {
        let isReadingTokens: Bool
        var blockCount = 0
        private var tokens: [TokenID] = []

        init(isReadingTokens: Bool) { self.isReadingTokens = isReadingTokens }

        mutating func stored(_ blocks: borrowing StoredBlocks, in payload: Span<UInt8>) {
            blockCount += blocks.hashes.count
            guard isReadingTokens else { return }
            tokens.removeAll(keepingCapacity: true)
            blocks.tokens.appendTokens(in: payload, to: &tokens)
            precondition(tokens.count == blocks.tokens.count, "every token is a number")
        }

        mutating func removed(_ blocks: borrowing RemovedBlocks) {}
        mutating func allBlocksCleared() {}
    }
}

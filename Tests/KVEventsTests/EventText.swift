import Domain
import KVEvents

/// An event in words, as `Tests/Tools/event_golden.py` writes what it expects.
enum EventText {
    static func lines(of batch: EventBatch) -> [String] {
        let summary = batch.summary
        return batch.events.map(line) + [
            """
            rank=\(plain(summary.dataParallelRank)) unknown=\(summary.unknownEventCount) \
            malformed=\(summary.malformedEventCount)
            """
        ]
    }

    private static func line(_ event: KVEvent) -> String {
        switch event {
        case .allBlocksCleared: "cleared"
        case .blockRemoved(let blocks):
            """
            removed hashes=\(list(blocks.hashes.map(\.rawValue))) tier=\(blocks.tier) \
            unknownMedium=\(blocks.hasUnknownMedium) owner=\(blocks.hasOwner) \
            group=\(plain(blocks.group))
            """
        case .blockStored(let read): line(read)
        }
    }

    private static func line(_ read: ReadBlocks) -> String {
        """
        stored hashes=\(list(read.hashes.map(\.rawValue))) \
        parent=\(plain(read.parent?.rawValue)) tokens=\(list(read.tokens.map(\.rawValue))) \
        of=\(read.tokenElements) size=\(read.blockSize) adapterID=\(plain(read.adapterID)) \
        adapter=\(plain(read.adapterName)) salt=\(plain(read.cacheSalt)) tier=\(read.tier) \
        unknownMedium=\(read.hasUnknownMedium) owner=\(read.hasOwner) group=\(plain(read.group)) \
        extras=\(read.extras.map(extra).joined(separator: ";")) \
        unreadable=\(read.hasUnreadableExtras) kind=\(plain(read.cacheKind.map(kind))) \
        window=\(plain(read.slidingWindow)) lookahead=\(read.hasLookahead)
        """
    }

    private static func extra(_ extra: ReadExtra) -> String {
        let kind =
            switch extra.kind {
            case .text: "text"
            case .bytes: "bytes"
            case .located(let offset): "located@\(offset)"
            }
        let digits = extra.identifier.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(extra.block):\(kind):\(digits.joined())"
    }

    private static func kind(_ kind: CacheKind) -> String {
        switch kind {
        case .fullAttention: "full_attention"
        case .mlaAttention: "mla_attention"
        case .sinkFullAttention: "sink_full_attention"
        case .slidingWindow: "sliding_window"
        case .slidingWindowMLA: "sliding_window_mla"
        case .mamba: "mamba"
        case .chunkedLocalAttention: "chunked_local_attention"
        case .encoderOnlyAttention: "encoder_only_attention"
        case .crossAttention: "cross_attention"
        case .unknown: "unknown"
        }
    }

    private static func list(_ numbers: [some BinaryInteger]) -> String {
        numbers.map { String($0) }.joined(separator: ",")
    }

    private static func plain(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "-" }
}

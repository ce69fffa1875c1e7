/// What a group of layers keeps in its blocks, in vLLM's words.
package enum CacheKind: Equatable, Sendable {
    case fullAttention, mlaAttention, sinkFullAttention
    case slidingWindow, slidingWindowMLA
    case mamba
    case chunkedLocalAttention
    case encoderOnlyAttention, crossAttention
    /// A word we do not know.
    case unknown

    private static let words: [(word: StaticString, kind: CacheKind)] = [
        ("full_attention", .fullAttention), ("mla_attention", .mlaAttention),
        ("sliding_window", .slidingWindow), ("sliding_window_mla", .slidingWindowMLA),
        ("mamba", .mamba), ("chunked_local_attention", .chunkedLocalAttention),
        ("sink_full_attention", .sinkFullAttention),
        ("encoder_only_attention", .encoderOnlyAttention),
        ("cross_attention", .crossAttention),
    ]

    init(word: Span<UInt8>) {
        for known in CacheKind.words where word.isEqual(to: known.word) {
            self = known.kind
            return
        }
        self = .unknown
    }

    /// Whether a block holds all that its tokens leave behind, so that it serves as a prefix.
    package var isMainAttention: Bool {
        switch self {
        case .fullAttention, .mlaAttention, .sinkFullAttention: true
        default: false
        }
    }
}

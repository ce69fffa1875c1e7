package import Domain

/// The tokens of stored blocks, where they lie in the payload of their batch.
package struct EncodedTokens: Equatable, Sendable {
    /// Tokens that can be read.
    package private(set) var count = 0
    /// Elements that the engine sent. More than `count` if one of them is not a number: a pair
    /// of tokens (EAGLE), or the digest of an image (TensorRT-LLM). Blocks from that one on cannot
    /// be indexed, those before it can.
    package private(set) var elementCount = 0
    /// Where the tokens that can be read lie.
    private(set) var range = 0..<0

    package var isEmpty: Bool { elementCount == 0 }
    package var endsEarly: Bool { count < elementCount }

    package init() {}

    init(count: Int, of elementCount: Int, in range: Range<Int>) {
        self.count = count
        self.elementCount = elementCount
        self.range = range
    }

    /// Appends the first `count` tokens. Allocates at most once, when `tokens` has no room.
    ///
    /// - Parameter payload: The batch that these were read from.
    package func appendTokens(in payload: Span<UInt8>, to tokens: inout [TokenID]) {
        var reader = MessagePackReader(payload, in: range)
        tokens.reserveCapacity(tokens.count + count)
        for _ in 0..<count {
            guard let token = try? reader.readToken() else { return }
            tokens.append(token)
        }
    }
}

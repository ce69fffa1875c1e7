import Domain

/// One shard of a memo: runs in small sets of neighbours, with their tokens and keys in flat
/// arrays. Not thread-safe.
struct MemoizedRuns {
    struct Head {
        var context: BlockKeyMemo.Context
        /// The hash of the run's last block.
        var digest: BlockDigest
        /// When it was last of use. 0 if there is no run.
        var use: UInt64
    }

    private static let waysMax = 4

    private let runCount: Int
    private let runTokens: Int
    private let runBlocks: Int
    private var heads: [Head] = []
    private var tokens: [TokenID] = []
    private var keys: [BlockKey] = []
    private var useCount: UInt64 = 0

    init(runCount: Int, runTokens: Int, runBlocks: Int) {
        (self.runCount, self.runTokens, self.runBlocks) = (runCount, runTokens, runBlocks)
    }

    mutating func appendKeys(
        of run: Span<TokenID>,
        in context: BlockKeyMemo.Context,
        at hash: UInt64,
        to output: inout [BlockKey]
    ) -> BlockDigest? {
        guard !heads.isEmpty else { return nil }
        for index in neighbours(of: hash) where heads[index].use > 0 {
            let first = index * runTokens
            guard heads[index].context == context,
                run.isEqual(to: tokens.span.extracting(first..<first + runTokens))
            else { continue }
            useCount += 1
            heads[index].use = useCount
            output.append(contentsOf: keys[index * runBlocks..<(index + 1) * runBlocks])
            return heads[index].digest
        }
        return nil
    }

    mutating func store(
        _ run: Span<TokenID>,
        in context: BlockKeyMemo.Context,
        at hash: UInt64,
        _ digest: BlockDigest,
        _ runKeys: [BlockKey]
    ) {
        if heads.isEmpty { makeRoom() }
        let range = neighbours(of: hash)
        var index = range.lowerBound
        for other in range where heads[other].use < heads[index].use { index = other }
        useCount += 1
        heads[index] = Head(context: context, digest: digest, use: useCount)
        run.copy(over: &tokens, from: index * runTokens)
        let firstKey = runKeys.count - runBlocks
        for block in 0..<runBlocks { keys[index * runBlocks + block] = runKeys[firstKey + block] }
    }

    private func neighbours(of hash: UInt64) -> Range<Int> {
        let ways = min(Self.waysMax, runCount)
        let first = Int(hash % UInt64(runCount / ways)) * ways
        return first..<first + ways
    }

    private mutating func makeRoom() {
        let context = BlockKeyMemo.Context(parent: BlockDigest(), tail: BlockDigest())
        let empty = Head(context: context, digest: BlockDigest(), use: 0)
        heads = Array(repeating: empty, count: runCount)
        tokens = Array(repeating: TokenID(rawValue: 0), count: runCount * runTokens)
        keys = Array(repeating: BlockKey(rawValue: 0), count: runCount * runBlocks)
    }
}

package import Domain
import Synchronization
package import Tokenizer

/// Remembers the ids of texts, so that a text that begins like an earlier one costs little more
/// than its end: the next turn of a chat, or another question about the same document.
///
/// The ids are exactly those of encoding the whole text. A text is cut at places that the
/// tokenizer's `ResumeRule` declares safe, where the ids of the parts are those of the whole, and
/// a part's ids depend on its bytes alone. A part is used again only if it has the same bytes,
/// compared one by one, and ends at a safe place of this text too.
///
/// Blocks are found by the hash of their bytes. One that is found leads to the run of blocks that
/// an earlier request encoded, and from there on bytes are compared without any hashing, for as
/// long as both texts agree: a text of which all but the end is known costs about what reading
/// it costs.
///
/// Thread safety: every method may be called from any thread, at the same time.
///
/// Invariants:
/// 1. Each kept block starts and ends at a safe place, or at the start, of the text it is from.
/// 2. The index has no entry of a run that is not in the queue, once `append` has returned.
/// 3. Runs never change, so what was found stays valid even if it is forgotten meanwhile.
package final class PrefixStore: Sendable {
    private let config: PrefixStoreConfig
    private let index = PrefixIndex()
    private let queue = Mutex(PrefixRunQueue())
    private let key = UInt64.random(in: 0 ... .max)
    private let metrics: TokenizationMetrics

    /// Longer blocks, from texts without any safe place, are not kept: one base64 image must not
    /// push out a hundred chats.
    private static let blockBytesMax = 64 << 10
    /// Runs are forgotten as a whole, so they must be small beside the store.
    private static let runBytesMax = 32 << 10

    package init(config: PrefixStoreConfig, metrics: TokenizationMetrics) {
        self.config = config
        self.metrics = metrics
    }

    /// What the store holds.
    package var usage: (blocks: Int, bytes: Int) {
        queue.withLock { ($0.blockCount, $0.byteCount) }
    }

    /// Appends the ids of `text`, those of `tokenizer.encode` to the last one.
    package func encode(
        _ text: Span<UInt8>,
        with tokenizer: any Tokenizer,
        in scope: PrefixScope,
        addSpecialTokens: Bool,
        to tokens: inout [TokenID]
    ) {
        guard let rule = tokenizer.resumeRule, isWorthCutting(text) else {
            tokenizer.encode(text, addSpecialTokens: addSpecialTokens, to: &tokens)
            return
        }
        if addSpecialTokens { tokens += rule.prefix }
        encodeBlocks(text, by: rule, in: scope, to: &tokens) { part, tokens in
            tokenizer.encode(part, addSpecialTokens: false, to: &tokens)
        }
        if addSpecialTokens { tokens += rule.suffix }
    }

    /// The same for text in which no added token is recognized.
    package func encodeOrdinary(
        _ text: Span<UInt8>,
        with tokenizer: any Tokenizer,
        in scope: PrefixScope,
        to tokens: inout [TokenID]
    ) {
        guard let rule = tokenizer.resumeRule, isWorthCutting(text) else {
            tokenizer.encodeOrdinary(text, to: &tokens)
            return
        }
        encodeBlocks(text, by: rule.forOrdinaryText, in: scope.forOrdinaryText, to: &tokens) {
            part,
            tokens in
            tokenizer.encodeOrdinary(part, to: &tokens)
        }
    }

    private func isWorthCutting(_ text: Span<UInt8>) -> Bool {
        config.cacheSize > 0 && text.count > config.blockSize
    }

    private func encodeBlocks(
        _ text: Span<UInt8>,
        by rule: ResumeRule,
        in scope: PrefixScope,
        to tokens: inout [TokenID],
        encode: (Span<UInt8>, inout [TokenID]) -> Void
    ) {
        let key = key ^ scope.rawValue &* 0x9E37_79B9_7F4A_7C15
        var fresh = PrefixRunBuilder(scope: scope, byteCountMax: Self.runBytesMax)
        var ids: [TokenID] = []
        var position = 0
        var hitBytes = 0
        while position < text.count {
            let end = rule.nextCut(in: text, from: position + config.blockSize)
            let block = position..<end
            let isKept = end < text.count && block.count <= Self.blockBytesMax
            let hash = isKept ? text.hash(of: block, key: key) : 0
            if isKept, let known = known(block, hash: hash, of: text, by: rule, in: scope) {
                if let run = fresh.take() { keep(run) }
                known.appendTokens(to: &tokens)
                position += known.byteCount
                hitBytes += known.byteCount
                continue
            }
            ids.removeAll(keepingCapacity: true)
            encode(text.extracting(block), &ids)
            tokens += ids
            position = end
            if isKept {
                if let full = fresh.append(text.extracting(block), ids, hash: hash) { keep(full) }
            } else if let run = fresh.take() {
                keep(run)
            }
        }
        if let run = fresh.take() { keep(run) }
        metrics.looked(hitBytes: hitBytes, missedBytes: text.count - hitBytes)
    }

    /// Blocks of a run that stand in the text that is looked up.
    private struct Known {
        let run: PrefixRun
        let first: Int
        let count: Int
        var byteCount: Int {
            run.start(ofBlock: first + count).byte - run.start(ofBlock: first).byte
        }
        func appendTokens(to tokens: inout [TokenID]) {
            run.appendTokens(ofBlocks: count, from: first, to: &tokens)
        }
    }

    /// The known blocks from `block` on, the last of which ends where the text may be cut.
    private func known(
        _ block: Range<Int>,
        hash: UInt64,
        of text: Span<UInt8>,
        by rule: ResumeRule,
        in scope: PrefixScope
    ) -> Known? {
        guard let place = index[hash], place.run.scope == scope else { return nil }
        let (run, first) = (place.run, place.block)
        let origin = run.start(ofBlock: first).byte - block.lowerBound
        var count = run.equalBlockCount(from: first, in: text, at: block.lowerBound)
        while count > 0 {
            let end = run.start(ofBlock: first + count).byte - origin
            if end == text.count || rule.allowsCut(at: end, in: text) { break }
            count -= 1
        }
        guard count > 0 else { return nil }
        run.markUsed()
        return Known(run: run, first: first, count: count)
    }

    private func keep(_ run: PrefixRun) {
        index.insert(run)
        let forgotten = queue.withLock { queue in
            queue.append(run, bytesMax: config.bytesMax, blocksMax: config.cacheSize)
        }
        for run in forgotten { index.remove(run) }
        metrics.kept(run, forgot: forgotten)
    }
}

package import Domain

/// Where a tokenizer's texts may be cut, so that the ids of the parts, one after the other, are
/// those of the whole.
///
/// A place is safe by what stands right around it, in every text: nothing further away matters.
/// So ids of a part may be kept and used again wherever its bytes lie between two safe places.
/// docs/tokenizer.md has the proof, in three layers: added tokens, normalizer, words.
///
/// Thread safety: a value; never changes.
package struct ResumeRule: Sendable {
    /// What stands before and after the ids of a text that special tokens are asked for.
    package let prefix: [TokenID]
    package let suffix: [TokenID]
    private let cuts: SafeCuts
    private let anchors: AnchorTokens?

    /// Nil if no place is safe.
    ///
    /// - Parameters:
    ///   - cuts: what the pre-tokenizer and the normalizer allow; none unless the normalizer is
    ///     absent or NFC, and the model sees each word alone.
    ///   - addedTokens: all that are searched for in texts.
    init?(
        cuts: SafeCuts,
        addedTokens: [AddedToken],
        prefix: [TokenID],
        suffix: [TokenID]
    ) {
        let anchors = AnchorTokens(of: addedTokens)
        let cuts = cuts.subtracting(Self.cutsBroken(by: addedTokens))
        guard anchors != nil || !cuts.isEmpty else { return nil }
        (self.cuts, self.anchors, self.prefix, self.suffix) = (cuts, anchors, prefix, suffix)
    }

    private init(cuts: SafeCuts, prefix: [TokenID], suffix: [TokenID]) {
        (self.cuts, anchors, self.prefix, self.suffix) = (cuts, nil, prefix, suffix)
    }

    /// The rule for text in which no added token is recognized.
    package var forOrdinaryText: ResumeRule { ResumeRule(cuts: cuts, prefix: [], suffix: []) }

    /// Whether the text may be cut at `index`. Its ends are no cuts.
    package func allowsCut(at index: Int, in text: Span<UInt8>) -> Bool {
        guard index > 0, index < text.count else { return false }
        return cuts.contains(cutAt: index, in: text)
            || anchors?.startsToken(at: index, in: text) == true
    }

    /// The first place from `start` on where the text may be cut, or its end.
    package func nextCut(in text: Span<UInt8>, from start: Int) -> Int {
        var index = max(start, 1)
        while index < text.count, !allowsCut(at: index, in: text) { index += 1 }
        return min(index, text.count)
    }

    /// The cuts that some added token would cross, or reach across by taking whitespace, or that
    /// would hide from a token what stands next to it.
    private static func cutsBroken(by tokens: [AddedToken]) -> SafeCuts {
        if tokens.contains(where: { $0.rstrip || $0.singleWord }) {
            return [.beforeSpace, .afterNewline, .beforeIdeographicStop]
        }
        var broken: SafeCuts = []
        // At a space, `lstrip` stops: the scalar before it is no whitespace. It takes newlines.
        if tokens.contains(where: \.lstrip) { broken.insert(.afterNewline) }
        for token in tokens {
            let content = token.content.span
            for index in content.indices.dropFirst() {
                let (before, after) = (content[index - 1], content[index])
                if after == 0x20, !isASCIIWhitespace(before) { broken.insert(.beforeSpace) }
                if before == 0x0A || before == 0x0D, !isASCIIWhitespace(after) {
                    broken.insert(.afterNewline)
                }
                if SafeCuts.isStop(at: index, in: content) {
                    broken.insert(.beforeIdeographicStop)
                }
            }
        }
        return broken
    }

    private static func isASCIIWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}

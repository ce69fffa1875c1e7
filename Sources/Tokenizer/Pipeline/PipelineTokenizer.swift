package import Domain
import Files
import JSON
import Synchronization

/// Any tokenizer of HF's pipeline, with the ids of HF tokenizers to the last one: added tokens,
/// normalizer, added tokens again, pieces, model, template.
///
/// Thread safety: what is loaded never changes. Scratch memory, with a cache of words in it, is
/// lent to one `encode` at a time.
package final class PipelineTokenizer: Tokenizer {
    private let normalizer: Normalizer?
    private let pieces: PieceSplitter
    private let model: TokenModel
    private let rawTokens: AddedTokenTrie
    private let normalizedTokens: AddedTokenTrie
    private let addedTokens: [[UInt8]: TokenID]
    private let prefix: [TokenID]
    private let suffix: [TokenID]
    package let resumeRule: ResumeRule?
    /// Memory that no `encode` is using: one for each that ever ran at the same time.
    private let idle = Mutex<[EncodeScratch]>([])

    init(_ parts: TokenizerParts) {
        let normalizer = parts.normalizer.flatMap { $0.isIdentity ? nil : $0 }
        self.normalizer = normalizer
        pieces = parts.pieces
        model = parts.model
        rawTokens = AddedTokenTrie(parts.rawTokens)
        normalizedTokens = AddedTokenTrie(parts.normalizedTokens) { token in
            var normalized: [UInt8] = []
            normalizer?.normalize(token.content.span, to: &normalized)
            return normalizer == nil ? token.content : normalized
        }
        addedTokens = parts.idOfAddedToken.mapValues(TokenID.init(rawValue:))
        prefix = parts.template.prefix.map(TokenID.init(rawValue:))
        suffix = parts.template.suffix.map(TokenID.init(rawValue:))
        resumeRule = parts.resumeRule
    }

    /// Loads a `tokenizer.json`.
    ///
    /// - Throws: `TokenizerError`, also for a valid file of which a part is not supported: ids
    ///   that are nearly right are worse than none.
    package static func load(path: String) throws(TokenizerError) -> PipelineTokenizer {
        try load(json: try TokenizerFiles.bytes(path))
    }

    /// The same for a file already read.
    package static func load(json: [UInt8]) throws(TokenizerError) -> PipelineTokenizer {
        PipelineTokenizer(try TokenizerParts(try TokenizerFile(parsing: json)))
    }

    package func encode(
        _ text: Span<UInt8>,
        addSpecialTokens: Bool,
        to tokens: inout [TokenID]
    ) {
        var scratch = borrowScratch()
        tokens.reserveCapacity(tokens.count + text.count / 3 + prefix.count + suffix.count)
        if addSpecialTokens { tokens += prefix }
        encodeRaw(text, scratch: &scratch, to: &tokens)
        if addSpecialTokens { tokens += suffix }
        giveBack(scratch)
    }

    package func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        var scratch = borrowScratch()
        tokens.reserveCapacity(tokens.count + text.count / 3)
        withNormalized(text, scratch: &scratch) { text, scratch in
            encodePieces(text, isTextStart: true, scratch: &scratch, to: &tokens)
        }
        giveBack(scratch)
    }

    package func addedToken(_ content: [UInt8]) -> TokenID? { addedTokens[content] }

    /// The contents of all added tokens, in the order of their ids.
    package var addedTokenContents: [[UInt8]] {
        addedTokens.sorted { $0.value.rawValue < $1.value.rawValue }.map(\.key)
    }

    private func borrowScratch() -> EncodeScratch {
        idle.withLock { $0.popLast() } ?? EncodeScratch()
    }

    private func giveBack(_ scratch: consuming EncodeScratch) {
        scratch.shrink()
        idle.withLock { [scratch] in $0.append(scratch) }
    }

    /// First pass: added tokens as they stand in the text.
    private func encodeRaw(
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        var splitter = AddedTokenSplitter()
        while let segment = splitter.next(in: text, matching: rawTokens) {
            switch segment {
            case .token(let id): tokens.append(TokenID(rawValue: id))
            case .text(let range):
                withNormalized(text.extracting(range), scratch: &scratch) { text, scratch in
                    encodeNormalized(
                        text,
                        isTextStart: range.lowerBound == 0,
                        scratch: &scratch,
                        to: &tokens
                    )
                }
            }
        }
    }

    /// Calls `body` with what the normalizer makes of `text`; copies it only if that is different.
    private func withNormalized(
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch,
        _ body: (Span<UInt8>, inout EncodeScratch) -> Void
    ) {
        guard let normalizer, !text.isEmpty, !normalizer.leavesUnchanged(text) else {
            return body(text, &scratch)
        }
        var normalized: [UInt8] = []
        swap(&normalized, &scratch.normalized)
        normalized.removeAll(keepingCapacity: true)
        normalizer.normalize(text, to: &normalized)
        body(normalized.span, &scratch)
        swap(&normalized, &scratch.normalized)
    }

    /// Second pass: added tokens that are written as the normalizer writes them.
    private func encodeNormalized(
        _ text: Span<UInt8>,
        isTextStart: Bool,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        var splitter = AddedTokenSplitter()
        while let segment = splitter.next(in: text, matching: normalizedTokens) {
            switch segment {
            case .token(let id): tokens.append(TokenID(rawValue: id))
            case .text(let range):
                encodePieces(
                    text.extracting(range),
                    isTextStart: isTextStart && range.lowerBound == 0,
                    scratch: &scratch,
                    to: &tokens
                )
            }
        }
    }

    private func encodePieces(
        _ text: Span<UInt8>,
        isTextStart: Bool,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        guard !text.isEmpty else { return }
        switch (pieces, model) {
        case (.words(let splitter), .byteLevelBPE(let model)):
            model.encode(text, splitBy: splitter, scratch: &scratch, to: &tokens)
        case (.stages(let stages), _):
            var bytes: [UInt8] = []
            bytes.append(text, in: 0..<text.count)
            var list = PieceList(bytes, startsText: isTextStart)
            for stage in stages { stage.apply(to: &list) }
            for piece in list.pieces {
                model.encode(list.bytes.span.extracting(piece), scratch: &scratch, to: &tokens)
            }
        case (.whole, _), (.words, _): model.encode(text, scratch: &scratch, to: &tokens)
        }
    }
}

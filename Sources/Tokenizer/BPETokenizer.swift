package import Domain
import Files
import JSON
import Synchronization

/// Byte-level BPE, with the ids of HF tokenizers to the last one.
///
/// Thread safety: what is loaded never changes. Scratch memory, with a cache of words in it, is
/// lent to one `encode` at a time.
package final class BPETokenizer: Tokenizer {
    private let model: BPEModel
    private let splitter: WordSplitter
    private let rawTokens: AddedTokenTrie
    private let normalizedTokens: AddedTokenTrie
    private let addedTokens: [[UInt8]: TokenID]
    private let prefix: [TokenID]
    private let suffix: [TokenID]
    /// Memory that no `encode` is using: one for each that ever ran at the same time.
    private let idle = Mutex<[EncodeScratch]>([])

    private init(_ file: TokenizerFile) {
        model = file.model
        splitter = file.splitter
        rawTokens = AddedTokenTrie(file.addedTokens.filter { !$0.normalized })
        normalizedTokens = AddedTokenTrie(file.addedTokens.filter(\.normalized))
        addedTokens = Dictionary(
            file.addedTokens.map { ($0.content, TokenID(rawValue: $0.id)) },
            uniquingKeysWith: { first, _ in first }
        )
        prefix = file.template.prefix.map(TokenID.init(rawValue:))
        suffix = file.template.suffix.map(TokenID.init(rawValue:))
    }

    /// Loads a `tokenizer.json`.
    ///
    /// - Throws: `TokenizerError`, also for a valid file of which a part is not supported: ids
    ///   that are nearly right are worse than none.
    package static func load(path: String) throws(TokenizerError) -> BPETokenizer {
        BPETokenizer(try TokenizerFile(parsing: try fileBytes(path)))
    }

    /// More than any tokenizer; a wrong path must not fill the memory.
    private static let fileBytesMax = 128 << 20

    /// The bytes have capacity to spare for the JSON parser, which then need not copy them.
    private static func fileBytes(_ path: String) throws(TokenizerError) -> [UInt8] {
        do throws(FileError) {
            return try FileContents(
                of: path,
                byteCountMax: fileBytesMax,
                spareCapacity: JSONDocument.spareCapacity
            ).bytes
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// The same for a file already read.
    package static func load(json: [UInt8]) throws(TokenizerError) -> BPETokenizer {
        BPETokenizer(try TokenizerFile(parsing: json))
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
        encodeWords(text, scratch: &scratch, to: &tokens)
        giveBack(scratch)
    }

    package func addedToken(_ content: [UInt8]) -> TokenID? { addedTokens[content] }

    private func borrowScratch() -> EncodeScratch {
        idle.withLock { $0.popLast() } ?? EncodeScratch()
    }

    private func giveBack(_ scratch: consuming EncodeScratch) {
        scratch.merger.shrink(toByteCount: EncodeScratch.wordBytesKept)
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
                encodeNormalized(text.extracting(range), scratch: &scratch, to: &tokens)
            }
        }
    }

    /// Second pass: added tokens that a normalizer may reveal. There is none, but the order of
    /// the passes decides which of two overlapping tokens is found.
    private func encodeNormalized(
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        var splitter = AddedTokenSplitter()
        while let segment = splitter.next(in: text, matching: normalizedTokens) {
            switch segment {
            case .token(let id): tokens.append(TokenID(rawValue: id))
            case .text(let range):
                encodeWords(text.extracting(range), scratch: &scratch, to: &tokens)
            }
        }
    }

    private func encodeWords(
        _ text: Span<UInt8>,
        scratch: inout EncodeScratch,
        to tokens: inout [TokenID]
    ) {
        model.encode(text, splitBy: splitter, scratch: &scratch, to: &tokens)
    }
}

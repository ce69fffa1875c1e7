/// Tokens by rank, as tiktoken's files have them: there are no merges, for of two tokens side by
/// side the one that both make says by its rank how early they merge.
struct RankedVocabulary {
    /// Longer than any real token: halving a token costs its length squared.
    static let tokenBytesMax = 1024

    private(set) var names = TokenNames(spelling: .byteLevel)
    private var tokens: [(bytes: [UInt8], rank: UInt32)] = []
    /// Added to a rank to make an id.
    private let firstID: UInt32

    init(firstID: UInt32) { self.firstID = firstID }

    /// One more than the largest rank.
    private(set) var rankEnd: UInt32 = 0

    mutating func store(_ bytes: [UInt8], rank: Int) throws(TokenizerError) {
        guard !bytes.isEmpty, bytes.count <= Self.tokenBytesMax, rank >= 0,
            rank < Int(MergeOrder.rankEnd), rank < Int(Int32.max) - Int(firstID)
        else {
            throw .malformed(
                part: "tokens by rank",
                reason: "a token of \(bytes.count) bytes with rank \(rank)"
            )
        }
        names.store(bytes: bytes.span, id: firstID + UInt32(rank))
        tokens.append((bytes, UInt32(rank)))
        rankEnd = max(rankEnd, UInt32(rank) + 1)
    }

    /// The model, in which a word that is a token is that token.
    func model() throws(TokenizerError) -> LoadedModel {
        guard names.hasEveryByteOfText else {
            throw .unsupported(
                part: "tokens by rank",
                found: "no token for some byte",
                expected: "a token for each of the 256 bytes"
            )
        }
        let bpe = BPEModel(
            vocabulary: names.vocabulary,
            merges: mergeTable(),
            ignoresMerges: true
        )
        return LoadedModel(model: .byteLevelBPE(bpe), names: names)
    }

    private func mergeTable() -> MergeTable {
        var table = MergeTable(capacity: tokens.count * 2)
        let vocabulary = names.vocabulary
        for token in tokens where token.bytes.count > 1 {
            let bytes = token.bytes.span
            for middle in 1..<bytes.count {
                guard let left = vocabulary.id(of: bytes.extracting(..<middle)),
                    let right = vocabulary.id(of: bytes.extracting(middle...))
                else { continue }
                table.store(left, right, rank: token.rank, merged: firstID + token.rank)
            }
        }
        return table
    }
}

import Domain
import JSON

/// A token for each word, and one for all others.
struct WordLevelModel: Sendable {
    private let vocabulary: Vocabulary
    private let unknown: UInt32

    init(_ model: JSONValue, names: TokenNames) throws(TokenizerError) {
        vocabulary = names.vocabulary
        unknown = try UnknownToken.id(model, names: names)
    }

    func encode(_ word: Span<UInt8>, to tokens: inout [TokenID]) {
        guard !word.isEmpty else { return }
        tokens.append(TokenID(rawValue: vocabulary.id(of: word) ?? unknown))
    }
}

/// The token of words that have none.
enum UnknownToken {
    static func id(_ model: JSONValue, names: TokenNames) throws(TokenizerError) -> UInt32 {
        guard let name = model["unk_token"]?.bytes, let id = names.id(of: name.span) else {
            throw .malformed(
                part: "model unk_token",
                reason: "\(model["unk_token"]?.summary ?? "nothing") is not in vocab"
            )
        }
        return id
    }
}

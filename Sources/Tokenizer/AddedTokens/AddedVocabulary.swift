/// The added tokens of a tokenizer, numbered and kept in the order of HF tokenizers.
///
/// Invariants:
/// 1. What the model knows keeps the model's id; all others are numbered on from the count of
///    the model's tokens, or from the largest id if that is larger. Ids in files do not count.
/// 2. A token that comes again with other flags has the new flags; but the passes that it is
///    searched in are those of all its entries.
struct AddedVocabulary {
    private let names: TokenNames
    private let modelCount: Int
    private var special: [AddedToken] = []
    private var plain: [AddedToken] = []
    private var ids: [[UInt8]: UInt32] = [:]
    private var tokens: [UInt32: AddedToken] = [:]
    private var specialContents: Set<[UInt8]> = []

    init(_ model: LoadedModel) {
        names = model.names
        modelCount = model.tokenCount
    }

    mutating func add(_ additions: [AddedToken]) {
        for token in additions where token.special && !token.content.isEmpty {
            if specialContents.insert(token.content).inserted { special.append(token) }
        }
        var nextID = UInt32(modelCount)
        if let largest = tokens.keys.max(), largest >= nextID { nextID = largest + 1 }
        for var token in additions where !token.content.isEmpty {
            let known = ids[token.content] ?? names.id(of: token.content.span)
            token.id = known ?? nextID
            if tokens[token.id] == token { continue }
            if known == nil { nextID += 1 }
            ids[token.content] = token.id
            tokens[token.id] = token
            if !specialContents.contains(token.content) { plain.append(token) }
        }
    }

    func id(of content: [UInt8]) -> UInt32? {
        ids[content] ?? names.id(of: content.span)
    }

    func contains(_ content: [UInt8]) -> Bool { ids[content] != nil }

    /// The id of each added token.
    var idOfContent: [[UInt8]: UInt32] { ids }

    /// What is searched in one pass, in order of precedence, with the flags that count.
    func entries(normalized: Bool) -> [AddedToken] {
        (special + plain).filter { $0.normalized == normalized }.compactMap { entry in
            ids[entry.content].flatMap { tokens[$0] }
        }
    }
}

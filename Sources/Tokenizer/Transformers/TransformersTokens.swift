import JSON

/// The tokens that transformers 5 adds to those of `tokenizer.json`, from the files beside it.
struct TransformersTokens {
    /// `added_tokens_decoder`, or what stands for it in old folders; by id.
    private(set) var listed: [AddedToken] = []
    /// `bos_token` and the like, in the order in which they are added.
    private(set) var named: [AddedToken] = []
    /// `extra_special_tokens`.
    private(set) var extra: [AddedToken] = []

    private static let standardNames = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// - Parameters:
    ///   - specialTokensMap: `special_tokens_map.json`, and `addedTokensMap`
    ///     `added_tokens.json`; both count only without an `added_tokens_decoder`.
    ///   - fileTokens: those of `tokenizer.json`, with the ids that it gives them.
    init(
        config: TokenizerConfigFile,
        specialTokensMap: JSONValue?,
        addedTokensMap: JSONValue?,
        fileTokens: [AddedToken],
        family: TransformersRecipe.Family?
    ) throws(TokenizerError) {
        let isOld = config.root?["added_tokens_decoder"] == nil
        let settings = Settings([config.root, isOld ? specialTokensMap : nil])
        settings.extra?.forEachElement { value in
            if let token = Self.token(value) { extra.append(token) }
        }
        listed = try config.addedTokens()
        if isOld { readOld(addedTokensMap, settings: settings, fileTokens) }
        readNamed(settings, family: family)
    }

    /// The fields of the configuration; later files replace earlier ones.
    private struct Settings {
        private(set) var values: [String: JSONValue] = [:]
        /// The names of the fields as they come.
        private(set) var names: [String] = []

        init(_ files: [JSONValue?]) {
            for file in files {
                file?.forEachField { key, value in
                    let name = key.text
                    if values.updateValue(value, forKey: name) == nil { names.append(name) }
                }
            }
        }

        /// A list of tokens, or named ones.
        var extra: JSONValue? {
            values["extra_special_tokens"].unlessNull ?? values["additional_special_tokens"]
        }
    }

    /// The standard names first, then those that only this model has.
    private mutating func readNamed(_ settings: Settings, family: TransformersRecipe.Family?) {
        let known = Dictionary(listed.map { ($0.content, $0) }) { $1 }
        for name in Self.standardNames {
            let token =
                settings.values[name].map(Self.token) ?? family?.defaultToken(name)
            if let token { named.append(known[token.content] ?? token) }
        }
        for name in settings.names
        where name.hasSuffix("_token") && !Self.standardNames.contains(name) {
            if let token = settings.values[name].flatMap(Self.token) { named.append(token) }
        }
        settings.extra?.forEachField { _, value in
            if let token = Self.token(value) { named.append(token) }
        }
    }

    /// Adds them as transformers does: what is listed, then what is not known yet.
    func add(to vocabulary: inout AddedVocabulary, family: TransformersRecipe.Family?) {
        let names = Set(named.map(\.content))
        var additions = listed
        var known = Set(listed.map(\.content))
        for token in named + extra
        where !vocabulary.contains(token.content) && known.insert(token.content).inserted {
            additions.append(token)
        }
        for index in additions.indices where names.contains(additions[index].content) {
            additions[index].special = true
        }
        vocabulary.add(additions)
        switch family {
        case .qwen2:
            vocabulary.add((named + extra).map { AddedToken(content: $0.content, special: true) })
        case .cohere:
            vocabulary.add(
                (named + extra).map { token in
                    var token = token
                    token.special = true
                    return token
                }
            )
        default: break
        }
    }

    /// Old folders: `added_tokens.json`, and the tokens of `tokenizer.json`.
    private mutating func readOld(
        _ addedTokensMap: JSONValue?,
        settings: Settings,
        _ fileTokens: [AddedToken]
    ) {
        let standard = Self.standardNames.compactMap { settings.values[$0].flatMap(Self.token) }
        let specials = Set((standard + extra).map(\.content))
        var byID: [UInt32: AddedToken] = [:]
        addedTokensMap?.forEachField { key, value in
            guard let id = value.int.flatMap(UInt32.init(exactly:)) else { return }
            let content = key.indices.map { key[$0] }
            let isSpecial = specials.contains(content)
            byID[id] = AddedToken(content: content, normalized: !isSpecial, special: isSpecial)
        }
        for token in fileTokens { byID[token.id] = token }
        listed = byID.sorted { $0.key < $1.key }.map(\.value)
    }

    /// A text becomes a special token; an object says what it is.
    private static func token(_ value: JSONValue) -> AddedToken? {
        if let content = value.bytes { return AddedToken(content: content, special: true) }
        return try? AddedToken(value, of: "tokenizer_config.json", requiresFlags: false)
    }
}

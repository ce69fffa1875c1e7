import JSON

/// The tokens that transformers 5 adds to those of `tokenizer.json`, from the files beside it.
struct TransformersTokens {
    /// `added_tokens_decoder`, or what stands for it in old folders; by id.
    private(set) var listed: [AddedToken] = []
    /// `bos_token` and the like, in the order in which they are added.
    private(set) var named: [AddedToken] = []
    /// `extra_special_tokens`.
    private(set) var extra: [AddedToken] = []

    private static let names: [StaticString] = [
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
        var values: [String: JSONValue] = [:]
        var order: [String] = []
        for source in [config.root, isOld ? specialTokensMap : nil] {
            source?.forEachField { key, value in
                let name = key.text
                if values.updateValue(value, forKey: name) == nil { order.append(name) }
            }
        }
        let extraValue =
            values["extra_special_tokens"].unlessNull ?? values["additional_special_tokens"]
        listed = try config.addedTokens()
        if isOld {
            readOld(addedTokensMap, specials: Self.contents(values, extraValue), fileTokens)
        }

        let known = Dictionary(listed.map { ($0.content, $0) }) { $1 }
        for name in Self.names {
            let key = "\(name)"
            let value =
                values[key].flatMap(Self.token)
                ?? (values[key] == nil
                    ? family?.defaultToken(key) : nil)
            if let value { named.append(known[value.content] ?? value) }
        }
        for key in order
        where key.hasSuffix("_token") && !Self.names.contains(where: { "\($0)" == key }) {
            if let value = values[key], value.kind != .bool, let token = Self.token(value) {
                named.append(token)
            }
        }
        extraValue?.forEachField { _, value in
            if let token = Self.token(value) { named.append(token) }
        }
        extraValue?.forEachElement { if let token = Self.token($0) { extra.append(token) } }
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

    private mutating func readOld(
        _ addedTokensMap: JSONValue?,
        specials: Set<[UInt8]>,
        _ fileTokens: [AddedToken]
    ) {
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

    private static func contents(
        _ values: [String: JSONValue],
        _ extra: JSONValue?
    ) -> Set<[UInt8]> {
        var contents: Set<[UInt8]> = []
        for name in names {
            if let token = values["\(name)"].flatMap(token) { contents.insert(token.content) }
        }
        extra?.forEachElement { if let token = token($0) { contents.insert(token.content) } }
        return contents
    }

    /// A text becomes a special token; an object says what it is.
    private static func token(_ value: JSONValue) -> AddedToken? {
        if let content = value.bytes { return AddedToken(content: content, special: true) }
        return try? AddedToken(value, of: "tokenizer_config.json", requiresFlags: false)
    }
}

extension TransformersRecipe.Family {
    /// What the class takes for a named token that the configuration does not have.
    fileprivate func defaultToken(_ name: String) -> AddedToken? {
        let defaults: [String: String] =
            switch self {
            case .llama: ["unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"]
            case .qwen2, .qwen35:
                [
                    "unk_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
                    "pad_token": "<|endoftext|>",
                ]
            case .gemma:
                [
                    "unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>",
                    "pad_token": "<pad>", "mask_token": "<mask>",
                ]
            case .gpt2:
                [
                    "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>",
                    "eos_token": "<|endoftext|>",
                ]
            case .gptNeoX:
                [
                    "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>",
                    "eos_token": "<|endoftext|>", "pad_token": "<|padding|>",
                ]
            case .cohere:
                [
                    "unk_token": "<UNK>", "bos_token": "<BOS_TOKEN>",
                    "eos_token": "<|END_OF_TURN_TOKEN|>", "pad_token": "<PAD>",
                    "cls_token": "<CLS>", "sep_token": "<SEP>", "mask_token": "<MASK_TOKEN>",
                ]
            }
        return defaults[name].map { AddedToken(content: Array($0.utf8), special: true) }
    }
}

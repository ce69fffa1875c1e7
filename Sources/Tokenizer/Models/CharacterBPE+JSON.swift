import JSON

extension CharacterBPE {
    /// - Parameters:
    ///   - model: a BPE `model`, of which `vocab` and `merges` are read.
    ///   - names: its `vocab`, spelled as it stands.
    init(
        _ model: JSONValue,
        names: TokenNames,
        settings: BPESettings
    ) throws(TokenizerError) {
        vocabulary = names.vocabulary
        ignoresMerges = settings.ignoresMerges
        symbols = try CharacterSymbols(settings, vocabulary: names.vocabulary)
        characters = Self.characters(of: model["vocab"], names: names)
        let prefix = String(decoding: settings.continuingPrefix, as: UTF8.self)
        let merges = try Self.readMerges(
            model["merges"],
            vocabulary: names.vocabulary,
            characters: characters,
            prefixCount: prefix.unicodeScalars.count
        )
        self.merges = merges.table
        joins = symbols.hasAffixes ? nil : merges.joins
    }

    private static func characters(of vocab: JSONValue?, names: TokenNames) -> CharacterTable {
        var table = CharacterTable()
        vocab?.forEachField { name, _ in
            if name.count <= 4, let id = names.id(of: name) { table.store(name, id: id) }
        }
        return table
    }

    /// The prefix of a right token is not in the token that the merge makes.
    private static func readMerges(
        _ value: JSONValue?,
        vocabulary: Vocabulary,
        characters: CharacterTable,
        prefixCount: Int
    ) throws(TokenizerError) -> (table: MergeTable, joins: CharacterJoins) {
        var table = MergeTable(capacity: vocabulary.count)
        var joins = CharacterJoins()
        var rank: UInt32 = 0
        try value?.forEachElement { (entry) throws(TokenizerError) in
            guard let pair = try MergePair(entry) else { return }
            guard pair.right.count >= prefixCount, !pair.left.isEmpty, !pair.right.isEmpty,
                let left = vocabulary.id(of: pair.left.span),
                let right = vocabulary.id(of: pair.right.span)
            else { throw pair.notTokens }
            let name = pair.left + pair.right[prefixCount...]
            guard let merged = vocabulary.id(of: name.span) else { throw pair.notTokens }
            table.store(left, right, rank: rank, merged: merged)
            joins.store(
                characters.lastToken(of: pair.left.span),
                characters.firstToken(of: pair.right.span)
            )
            rank += 1
        }
        return (table, joins)
    }
}

extension CharacterSymbols {
    fileprivate init(_ settings: BPESettings, vocabulary: Vocabulary) throws(TokenizerError) {
        continuingPrefix = settings.continuingPrefix
        endSuffix = settings.endSuffix
        fusesUnknown = settings.fusesUnknown
        tokenOfByte = settings.fallsBackToBytes ? ByteFallback.tokens(in: vocabulary) : []
        let isNeeded = tokenOfByte.isEmpty || tokenOfByte.contains(CharacterTable.none)
        guard let name = settings.unknownToken, isNeeded else {
            unknown = nil
            return
        }
        guard !name.isEmpty, let id = vocabulary.id(of: name.span) else {
            throw .malformed(
                part: "model unk_token",
                reason: "\"\(String(decoding: name, as: UTF8.self))\" is not in vocab"
            )
        }
        unknown = id
    }
}

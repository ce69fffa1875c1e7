import Testing

@testable import Tokenizer

/// Numbers and order of added tokens, as in HF tokenizers.
@Suite struct AddedVocabularyTests {
    private func vocabulary(modelIDs: [UInt32]) -> AddedVocabulary {
        var names = TokenNames(spelling: .plain)
        for id in modelIDs { names.store(Array("m\(id)".utf8).span, id: id) }
        let model = TokenModel.unigram(.unused)
        return AddedVocabulary(LoadedModel(model: model, names: names))
    }

    private func token(_ content: String, special: Bool = false, lstrip: Bool = false) -> AddedToken
    {
        AddedToken(content: Array(content.utf8), lstrip: lstrip, special: special)
    }

    @Test func `ids go on from the count of the model's tokens, or from the largest`() {
        var vocabulary = vocabulary(modelIDs: [0, 1, 9])
        vocabulary.add([token("a"), token("m9"), token("b")])
        #expect(vocabulary.id(of: Array("a".utf8)) == 3)
        #expect(vocabulary.id(of: Array("b".utf8)) == 4)
        vocabulary.add([token("c")])
        #expect(
            vocabulary.id(of: Array("c".utf8)) == 10,
            "the model's id 9 is an added token's too"
        )
    }

    @Test func `special tokens come first, and new flags replace old ones`() {
        var vocabulary = vocabulary(modelIDs: [0])
        vocabulary.add([token("a"), token("b", special: true)])
        vocabulary.add([token("a", lstrip: true)])
        let entries = vocabulary.entries(normalized: false)
        #expect(entries.map(\.content) == [Array("b".utf8), Array("a".utf8), Array("a".utf8)])
        #expect(entries.map(\.lstrip) == [false, true, true])
        #expect(vocabulary.idOfContent.count == 2)
    }
}

extension UnigramModel {
    /// Added tokens only ask for the names of a model.
    fileprivate static let unused = UnigramModel(
        vocabulary: Vocabulary(),
        trie: TokenTrie(),
        scores: [],
        unknown: 0,
        unknownScore: 0,
        tokenOfByte: []
    )
}

/// The probes of a self-check: few enough for one engine to answer in a second or two, and chosen
/// so that tokenizers which differ at all differ on one of them.
package enum ProbeSet {
    /// - Parameter specialTokens: contents of the model's own added tokens; the first few are
    ///   probed in a text, because engines differ in which ones they know.
    package static func all(specialTokens: [String] = []) -> [Probe] {
        let texts =
            ProbeTexts.all.flatMap { kind, texts in
                texts.enumerated().map { probe("\(kind) \($0.offset + 1)", $0.element) }
            } + spaced + modelTokens(specialTokens)
        return texts + withoutSpecialTokens + ProbeChats.all
    }

    private static let specialTokensMax = 24

    private static func probe(_ name: String, _ text: String) -> Probe {
        Probe(name: name, content: .text(text, addsSpecialTokens: true))
    }

    /// What a word begins with decides whether a space mark is put before it, which is where
    /// SentencePiece tokenizers and their rebuilt classes part.
    private static let spaced: [Probe] = ["Hello", "漢字", "7", "'s"].flatMap {
        word in
        [" ", "   ", "\n", "\t", "\n\n ", "\u{A0}"].enumerated().flatMap {
            [
                probe("space \($0.offset + 1) before \(word)", $0.element + word),
                probe("space \($0.offset + 1) after \(word)", word + $0.element),
            ]
        }
    }

    private static func modelTokens(_ tokens: [String]) -> [Probe] {
        tokens.filter { !$0.isEmpty }.prefix(specialTokensMax).enumerated().flatMap {
            [
                probe("special token \($0.offset + 1)", "a \($0.element) b\($0.element)c"),
                probe("special tokens \($0.offset + 1) in a row", $0.element + $0.element + "\n"),
            ]
        }
    }

    private static let withoutSpecialTokens = ["", "Hello, world", " a", "<s>a</s>"].map {
        Probe(
            name: "without special tokens: \($0)",
            content: .text($0, addsSpecialTokens: false)
        )
    }
}

package import Domain
import Randomness

/// The words that answers are made of. Each is one token, so that an answer which comes back in
/// the next turn's prompt has the tokens that it had when it was generated.
package struct Vocabulary: Sendable {
    private struct Word: Sendable {
        let text: [UInt8]
        /// The word after a space, and the word alone, which only begins an answer.
        let spaced: TokenID
        let bare: TokenID
    }

    private let words: [Word]

    /// Keeps those of `candidates` that `tokenizer` makes one token of.
    package init(_ candidates: [String] = Vocabulary.common, tokenizer: any EngineTokenizer) {
        words = candidates.compactMap { candidate in
            let bare = tokenizer.tokens(ofText: Array(candidate.utf8))
            let spaced = tokenizer.tokens(ofText: Array(" \(candidate)".utf8))
            guard bare.count == 1, spaced.count == 1 else { return nil }
            return Word(text: Array(candidate.utf8), spaced: spaced[0], bare: bare[0])
        }
    }

    package var isEmpty: Bool { words.isEmpty }

    /// The same for the same tokens and seed, as from a model at temperature zero.
    package func word(after sequence: TokenSequence, seed: UInt64) -> Int {
        var state = seed &+ UInt64(sequence.outputCount)
        for token in sequence.tokens.prefix(sequence.promptCount).suffix(32) {
            state = SplitMix64.mixed(state ^ UInt64(token.rawValue))
        }
        return Int(SplitMix64.mixed(state) % UInt64(words.count))
    }

    package func token(_ word: Int, isFirst: Bool) -> TokenID {
        isFirst ? words[word].bare : words[word].spaced
    }

    package func text(_ word: Int, isFirst: Bool) -> [UInt8] {
        isFirst ? words[word].text : [0x20] + words[word].text
    }

    package static let common =
        """
        the of and to in is that it was for on are as with they at be this have from or one had \
        by word but not what all were we when your can said there use an each which she do how \
        their if will up other about out many then them these so some her would make like him \
        into time has look two more write go see number no way could people my than first water \
        been call who oil its now find long down day did get come made may part over new sound \
        take only little work know place year live me back give most very after thing our just \
        name good sentence man think say great where help through much before line right too \
        means old any same tell boy follow came want show also around form three small set put \
        end does another well large must big even such because turn here why ask went men read \
        need land different home us move try kind hand picture again change off play spell air \
        away animal house point page letter mother answer found study still learn should world
        """.split(separator: " ").map(String.init)
}

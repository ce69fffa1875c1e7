package import Domain
package import JSON
import Tokenization
import Tokenizer

/// Stands in for a model's tokenizer where none is given: a token is a word with the space before
/// it. Words that hash alike are the same token, which no cache notices.
package struct WordTokenizer: EngineTokenizer {
    private static let vocabularySize: UInt32 = 128_000

    package init() {}

    package func tokens(ofText text: [UInt8]) -> [TokenID] {
        var tokens: [TokenID] = []
        var start = 0
        for index in 1..<max(1, text.count) where WordTokenizer.isBoundary(text, index) {
            tokens.append(WordTokenizer.token(text[start..<index]))
            start = index
        }
        if start < text.count { tokens.append(WordTokenizer.token(text[start...])) }
        return tokens
    }

    package func tokens(ofRequest body: JSONValue) throws(APIError) -> [TokenID] {
        switch PromptReader.prompt(of: body) {
        case .text(let text): return tokens(ofText: text)
        case .tokens(let tokens): return tokens
        case .chat(let messages):
            return messages.flatMap { message in
                tokens(ofText: Array("<\(String(decoding: message.role, as: UTF8.self))>".utf8))
                    + tokens(ofText: message.content)
            } + tokens(ofText: Array("<assistant>".utf8))
        case .none: throw .badRequest("Prompts other than text are not simulated.")
        }
    }

    /// A word begins at a space or line break that follows something else.
    private static func isBoundary(_ text: [UInt8], _ index: Int) -> Bool {
        let isBlank = text[index] == 0x20 || text[index] == 0x0A
        return isBlank && text[index] != text[index - 1]
    }

    /// FNV-1a.
    private static func token(_ word: ArraySlice<UInt8>) -> TokenID {
        let hash = word.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return TokenID(rawValue: hash % vocabularySize)
    }
}

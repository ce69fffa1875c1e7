import Testing
import Tokenization

@Suite struct TokenizationErrorTests {
    @Test func `errors of two models differ`() {
        #expect(TokenizationError.noTokenizer(model: "a") != .noTokenizer(model: "b"))
    }
}

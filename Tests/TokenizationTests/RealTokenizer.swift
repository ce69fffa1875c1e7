import Domain
import Glibc
import Synchronization
import Testing
import Tokenizer

private let tokenizers = Mutex<[String: PipelineTokenizer]>([:])

/// The tokenizer that `make test` names; loaded once.
func realTokenizer() throws -> PipelineTokenizer {
    let name = try #require(
        environment("WARMPATH_TEST_TOKENIZER"),
        "WARMPATH_TEST_TOKENIZER is not set: run `make test`, which sets it"
    )
    return try tokenizers.withLock { tokenizers in
        if let known = tokenizers[name] { return known }
        let tokenizer = try PipelineTokenizer.load(path: name)
        tokenizers[name] = tokenizer
        return tokenizer
    }
}

/// How many texts a fuzz test makes, a tenth of it for each family; more by `WARMPATH_TEST_FUZZ`.
var fuzzCount: Int {
    environment("WARMPATH_TEST_FUZZ").flatMap { Int($0) } ?? 400
}

func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// The ids of a text, encoded as a whole.
func ids(_ text: String, _ tokenizer: any Tokenizer, special: Bool = false) -> [TokenID] {
    var tokens: [TokenID] = []
    let bytes = Array(text.utf8)
    tokenizer.encode(bytes.span, addSpecialTokens: special, to: &tokens)
    return tokens
}

/// Counts what it is given to encode.
final class CountingTokenizer: Tokenizer {
    let tokenizer: any Tokenizer
    private let total = Atomic(0)

    init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

    /// Bytes encoded since the last call of `reset`.
    var encodedByteCount: Int { total.load(ordering: .relaxed) }
    func reset() { total.store(0, ordering: .relaxed) }

    var resumeRule: ResumeRule? { tokenizer.resumeRule }

    func encode(_ text: Span<UInt8>, addSpecialTokens: Bool, to tokens: inout [TokenID]) {
        total.add(text.count, ordering: .relaxed)
        tokenizer.encode(text, addSpecialTokens: addSpecialTokens, to: &tokens)
    }

    func encodeOrdinary(_ text: Span<UInt8>, to tokens: inout [TokenID]) {
        total.add(text.count, ordering: .relaxed)
        tokenizer.encodeOrdinary(text, to: &tokens)
    }

    func addedToken(_ content: [UInt8]) -> TokenID? { tokenizer.addedToken(content) }
}

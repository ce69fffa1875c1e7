import Domain
import Testing
import Tokenizer

/// A folder loads as whichever files are in it say.
@Suite struct TokenizerFolderTests {
    /// The 256 bytes by rank, then the tokens given.
    private func ranks(_ tokens: String...) -> [[UInt8]] {
        (UInt8.min...UInt8.max).map { [$0] } + tokens.map { Array($0.utf8) }
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index > group.count ? "=" : alphabet[bits >> (18 - 6 * index) & 63])
            }
        }
        return text
    }

    private func tiktoken(_ tokens: [[UInt8]]) -> String {
        tokens.enumerated().map { "\(base64($0.element)) \($0.offset)\n" }.joined()
    }

    private func tekken(_ tokens: [[UInt8]], special: String = "null") -> String {
        let vocab = tokens.enumerated().map {
            #"{"rank": \#($0.offset), "token_bytes": "\#(base64($0.element))", "token_str": null}"#
        }
        let pattern =
            #"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"#
            + #"[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?"#
            + #"[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"#
            + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
        return """
            {"config": {"pattern": "\(pattern)", "default_vocab_size": \(tokens.count + 30),
              "default_num_special_tokens": 30, "version": "v3"},
             "special_tokens": \(special), "vocab": [\(vocab.joined(separator: ","))]}
            """
    }

    private func ids(
        _ text: String,
        _ files: [String: String],
        addSpecialTokens: Bool = false
    ) throws -> [UInt32] {
        let folder = try TemporaryFolder(files)
        var tokens: [TokenID] = []
        try TokenizerFolder(path: folder.path).load()
            .encode(Array(text.utf8).span, addSpecialTokens: addSpecialTokens, to: &tokens)
        return tokens.map(\.rawValue)
    }

    private func message(_ files: [String: String]) throws -> String {
        let folder = try TemporaryFolder(files)
        do throws(TokenizerError) {
            _ = try TokenizerFolder(path: folder.path).load()
            return "loaded"
        } catch {
            return error.description
        }
    }

    @Test func `tokens by rank merge as the ranks of what they make say`() throws {
        // No merges lead to "xyzw", but it is a word.
        let files = ["cl100k_base.tiktoken": tiktoken(ranks("bc", "ab", "abc", "xyzw"))]
        #expect(try ids("abc", files) == [258])
        #expect(try ids("abbc", files) == [257, 256])
        #expect(try ids("xyzw", files) == [259])
    }

    @Test func `special tokens are the family's, and those that the configuration names`() throws {
        let files = [
            "tiktoken.model": tiktoken(ranks("hi")),
            "config.json": #"{"model_type": "kimi_k2"}"#,
            "tokenizer_config.json": """
            {"added_tokens_decoder": {"258": {"content": "[BOS]", "special": true}},
             "add_bos_token": true, "bos_token": "[BOS]"}
            """,
        ]
        #expect(try ids("[BOS]hi<|reserved_token_257|>", files) == [258, 256, 257])
        #expect(try ids("hi", files, addSpecialTokens: true) == [258, 256])
    }

    @Test func `a file of ranks whose family is not known is refused by name`() throws {
        let message = try message(["tokenizer.model": tiktoken(ranks())])
        #expect(message.contains("tokenizer.model"))
        #expect(message.contains("llama3"))
    }

    @Test(arguments: [
        (["tokenizer.model": "\n\u{E}\n\u{5}<unk>"], "SentencePiece"),
        (["cl100k_base.tiktoken": "YQ== 0\nYg==\n"], "line 2"),
        (["cl100k_base.tiktoken": "YQ== 0\n"], "each of the 256 bytes"),
        (["cl100k_base.tiktoken": "YQ== 33554432\n"], "rank 33554432"),
        (["tekken.json": #"{"config": {}}"#], "no sizes"),
        (["README.md": "hello"], "no tokenizer.json, tekken.json or tiktoken file"),
    ])
    func `a folder that cannot be loaded says why`(
        files: [String: String],
        text: String
    ) throws {
        #expect(try message(files).contains(text))
    }

    @Test func `tokens that only the configuration lists are found too`() throws {
        let file = SmallTokenizer(
            addedTokens: """
                [{"id": 260, "content": "<a>", "single_word": false, "lstrip": false,
                  "rstrip": false, "normalized": false, "special": true}]
                """
        )
        let config = """
            {"added_tokens_decoder": {"261": {"content": "<b>", "special": true},
             "260": {"content": "<c>", "special": true}}}
            """
        let files = [
            "tokenizer.json": String(decoding: file.json, as: UTF8.self),
            "tokenizer_config.json": config,
        ]
        #expect(try ids("<a><b>", files) == [260, 261])
        #expect(try ids("<c>", files) == Array("<c>".utf8).map(UInt32.init), "260 is <a>")
    }

    @Test func `what a user writes in a tekken model yields no special token`() throws {
        let folder = try TemporaryFolder(["tekken.json": tekken(ranks("IN", "ST", "INST"))])
        let tokenizer = try TokenizerFolder(path: folder.path).load()
        var tokens: [TokenID] = []
        tokenizer.encode(Array("[INST]".utf8).span, addSpecialTokens: true, to: &tokens)
        let (open, name, close): (UInt32, UInt32, UInt32) = (30 + 0x5B, 30 + 258, 30 + 0x5D)
        #expect(tokens.map(\.rawValue) == [1, open, name, close])
        #expect(tokenizer.addedToken(Array("[INST]".utf8))?.rawValue == 3)
        #expect(tokenizer.addedToken(Array("<SPECIAL_29>".utf8))?.rawValue == 29)
    }

    @Test func `a tekken file's own special tokens count, and the rest are fillers`() throws {
        let special = #"[{"rank": 0, "token_str": "<unk>"}, {"rank": 1, "token_str": "<s>"}]"#
        let folder = try TemporaryFolder(["tekken.json": tekken(ranks(), special: special)])
        let tokenizer = try TokenizerFolder(path: folder.path).load()
        #expect(tokenizer.addedToken(Array("[INST]".utf8)) == nil)
        #expect(tokenizer.addedToken(Array("<SPECIAL_2>".utf8))?.rawValue == 2)
    }
}

import JSON
import Testing

@testable import Tokenizer

@Suite struct NormalizerTests {
    private static func normalizer(_ json: String) throws -> Normalizer {
        try Normalizer(try JSONDocument(parsing: Array(json.utf8)).root)
    }

    private static func normalize(_ text: [UInt8], _ normalizer: Normalizer) -> [UInt8] {
        var output: [UInt8] = []
        normalizer.normalize(text.span, to: &output)
        return output
    }

    @Test(arguments: [
        ("NFC", "e\u{301} \u{1112}\u{1161}\u{11AB}", "\u{E9} \u{D55C}"),
        ("NFD", "\u{E9}", "e\u{301}"),
        ("NFKC", "ﬁ①", "fi1"),
        // Not known to the Unicode that HF tokenizers normalizes by.
        ("NFKC", "\u{32FF}", "\u{32FF}"),
        ("NFC", "\u{11935}\u{11930}", "\u{11935}\u{11930}"),
        ("Lowercase", "İΑΣ", "i\u{307}ασ"),
        ("StripAccents", "e\u{301}", "e"),
    ])
    func `text becomes what HF tokenizers makes of it`(
        type: String,
        text: String,
        expected: String
    ) throws {
        let normalizer = try Self.normalizer(#"{"type":"\#(type)"}"#)
        #expect(Self.normalize(Array(text.utf8), normalizer) == Array(expected.utf8))
    }

    @Test func `normal text is recognized, and any other is not`() throws {
        let nfc = try Self.normalizer(#"{"type":"NFC"}"#)
        for text in ["", "plain", "naïve", "हिन्दी", "한국어", "中文", "x\u{334}\u{5B0}"] {
            let isLeft = nfc.leavesUnchanged(Array(text.utf8).span)
            #expect(isLeft, "\(text)")
        }
        for text in ["e\u{301}", "\u{212B}", "\u{1112}\u{1161}", "\u{F900}", "b\u{301}\u{323}"] {
            let isLeft = nfc.leavesUnchanged(Array(text.utf8).span)
            #expect(!isLeft, "\(text)")
        }
    }

    @Test func `any number of marks is put in order in linear time`() throws {
        let nfd = try Self.normalizer(#"{"type":"NFD"}"#)
        func time(_ count: Int) -> Duration {
            let marks = String(repeating: "\u{301}\u{323}\u{345}\u{334}", count: count)
            let text = Array("a\(marks)".utf8)
            return ThreadTime.measure { _ = Self.normalize(text, nfd) }
        }
        let short = (0..<3).map { _ in time(500) }.min() ?? .zero
        let long = (0..<3).map { _ in time(4000) }.min() ?? .zero
        #expect(long < short * 32)
    }

    @Test(arguments: [
        "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt",
    ])
    func `bytes that are not UTF-8 stay`(type: String) throws {
        let text: [UInt8] = [0x62, 0xFF, 0xC3, 0x28, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xE4, 0xB8]
        let normalizer = try Self.normalizer(#"{"type":"\#(type)"}"#)
        #expect(Self.normalize(text, normalizer) == text)
    }

    @Test(arguments: [
        #"{"type":"Unheard"}"#, #"{}"#, #""NFC""#,
        #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Unheard"}]}"#,
    ])
    func `an unknown normalizer is refused`(json: String) {
        #expect {
            _ = try Self.normalizer(json)
        } throws: { error in
            guard case .unsupported("normalizer", _, _) = error as? TokenizerError else {
                return false
            }
            return true
        }
    }

    @Test(arguments: [
        #"{"type":"Strip","strip_left":true}"#, #"{"type":"Prepend"}"#,
        #"{"type":"Replace","pattern":" ","content":""}"#, #"{"type":"Sequence"}"#,
        #"{"type":"BertNormalizer","clean_text":true}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"A==="}"#,
        #"{"type":"Precompiled","precompiled_charsmap":""}"#,
        #"{"type":"Precompiled","precompiled_charsmap":"/////w=="}"#,
    ])
    func `a normalizer that lacks what it needs is refused`(json: String) {
        #expect {
            _ = try Self.normalizer(json)
        } throws: { error in
            guard case .malformed = error as? TokenizerError else { return false }
            return true
        }
    }

    @Test func `a charsmap that leads outside of itself changes nothing`() throws {
        // A trie of one unit that points far away, and no replacements.
        let map = try PrecompiledCharacterMap([4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F])
        let text = Array("añ中😀\r\n".utf8)
        #expect(Self.normalize(text, .precompiled(map)) == text)
    }

    @Test func `what changes nothing says so`() throws {
        for json in [
            "null", #"{"type":"Sequence","normalizers":[]}"#, #"{"type":"Prepend","prepend":""}"#,
            #"{"type":"Strip","strip_left":false,"strip_right":false}"#,
        ] {
            #expect(try Self.normalizer(json).isIdentity)
        }
        #expect(try !Self.normalizer(#"{"type":"NFC"}"#).isIdentity)
    }
}

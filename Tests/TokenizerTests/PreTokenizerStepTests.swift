import JSON
import Testing

@testable import Tokenizer

@Suite struct PreTokenizerStepTests {
    private static func step(_ json: String) throws -> PreTokenizerStep {
        try PreTokenizerStep(try JSONDocument(parsing: Array(json.utf8)).root)
    }

    private static func pieces(
        of text: String,
        _ json: String,
        startsText: Bool = true
    ) throws -> [String] {
        var list = PieceList(Array(text.utf8), startsText: startsText)
        try step(json).apply(to: &list)
        return list.pieces.map { String(decoding: list.bytes[$0], as: UTF8.self) }
    }

    @Test func `only the piece that starts the text is prefixed where the scheme is first`() throws
    {
        let first = #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}"#
        #expect(try Self.pieces(of: "a b", first) == ["▁a", "▁b"])
        #expect(try Self.pieces(of: "a b", first, startsText: false) == ["a", "▁b"])
        let second = #"{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},\#(first)]}"#
        #expect(try Self.pieces(of: "a b", second) == ["▁a", "b"])
        #expect(try Self.pieces(of: " a b", second) == ["a", "b"])
    }

    @Test func `steps after ByteLevel see its characters, and give bytes again`() throws {
        // The second byte of U+00B2 is written as that character, which is a number.
        let json = #"""
            {"type":"Sequence","pretokenizers":[
                {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false},
                {"type":"Digits","individual_digits":true}]}
            """#
        var list = PieceList(Array("x²".utf8), startsText: true)
        try Self.step(json).apply(to: &list)
        #expect(list.pieces.map { Array(list.bytes[$0]) } == [[0x78, 0xC2], [0xB2]])
    }

    @Test func `an empty text has no pieces`() throws {
        for json in [
            "null", #"{"type":"Metaspace","replacement":"▁"}"#, #"{"type":"FixedLength"}"#,
            #"{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}"#,
        ] {
            #expect(try Self.pieces(of: "", json).isEmpty)
        }
    }

    @Test(arguments: [
        #"{"type":"Unheard"}"#,
        #"{"type":"Split","pattern":{"Regex":"(a)\\1"},"#
            + #""behavior":"Isolated","invert":false}"#,
        #"{"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":false},"#
            + #"{"type":"Metaspace","replacement":"▁"}]}"#,
        #"{"type":"Punctuation","behavior":"isolated"}"#,
    ])
    func `what is not known is refused`(json: String) {
        #expect {
            _ = try Self.step(json)
        } throws: { error in
            guard case .unsupported = error as? TokenizerError else { return false }
            return true
        }
    }

    @Test(arguments: [
        #"{"type":"Metaspace","replacement":"ab"}"#, #"{"type":"FixedLength","length":0}"#,
        #"{"type":"Metaspace","replacement":"▁","add_prefix_space":false}"#,
        #"{"type":"Digits"}"#, #"{"type":"ByteLevel"}"#, #"{"type":"CharDelimiterSplit"}"#,
        #"{"type":"Split","pattern":{"String":" "},"behavior":"Isolated"}"#,
        #"{"type":"Sequence"}"#,
    ])
    func `a step that lacks what it needs is refused`(json: String) {
        #expect {
            _ = try Self.step(json)
        } throws: { error in
            guard case .malformed = error as? TokenizerError else { return false }
            return true
        }
    }
}

import Domain
import JSON
import Testing

@testable import Tokenization

@Suite struct TokenInjectionTests {
    private func patched(_ body: String, _ ids: [UInt32] = [1, 22, 333]) -> String? {
        let bytes = Array(body.utf8)
        let tokens = ids.map(TokenID.init(rawValue:))
        let patched = TokenInjection.patched(body: bytes.span, tokens: tokens.span)
        return patched.map { String(decoding: $0, as: UTF8.self) }
    }

    private static let chat = #""messages":[{"role":"user","content":"hi"}]"#

    @Test(arguments: [
        ("{\(chat)}", #"{"kv_transfer_params":{"prompt_token_ids":[1,22,333]},\#(chat)}"#),
        (" \n{ \(chat) } \t", " \n{" + added + " \(chat) } \t"),
        (
            #"{"kv_transfer_params" : null , \#(chat)}"#,
            #"{"kv_transfer_params" : {"prompt_token_ids":[1,22,333]} , \#(chat)}"#
        ),
        (
            #"{\#(chat), "kv_transfer_params":null}"#,
            #"{\#(chat), "kv_transfer_params":{"prompt_token_ids":[1,22,333]}}"#
        ),
        (
            #"{\#(chat),"kv_transfer_params":{ }}"#,
            #"{\#(chat),"kv_transfer_params":{"prompt_token_ids":[1,22,333] }}"#
        ),
        (
            #"{\#(chat),"kv_transfer_params":{ "a":[{"}":"\\\"{"}]},"n":1}"#,
            #"{\#(chat),"kv_transfer_params":{"prompt_token_ids":[1,22,333], "a":[{"}":"\\\"{"}]}"#
                + #","n":1}"#
        ),
        (
            #"{"kv\u005ftransfer_params":{"a":1},\#(chat)}"#,
            #"{"kv\u005ftransfer_params":{"prompt_token_ids":[1,22,333],"a":1},\#(chat)}"#
        ),
    ])
    func `ids are added and every other byte stays`(body: String, expected: String) {
        #expect(patched(body) == expected)
    }

    private static let added = #""kv_transfer_params":{"prompt_token_ids":[1,22,333]},"#

    @Test func `of a repeated key the last one gets the ids`() {
        let body = #"{"kv_transfer_params":{"prompt_token_ids":[9]},\#(Self.chat),"#
        #expect(
            patched(body + #""kv_transfer_params":{"b":2}}"#)
                == body + #""kv_transfer_params":{"prompt_token_ids":[1,22,333],"b":2}}"#
        )
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"messages":[]}"#, #"{"prompt":"hi"}"#, "{\(chat)} x",
        #"{\#(chat),"kv_transfer_params":{"prompt_token_ids":[7]}}"#,
        #"{\#(chat),"kv_transfer_params":{"prompt\u005ftoken_ids":null}}"#,
        #"{\#(chat),"kv_transfer_params":[]}"#, #"{\#(chat),"kv_transfer_params":"x"}"#,
        #"{\#(chat),"echo":true}"#, #"{\#(chat),"echo":1}"#, #"{\#(chat),"ech\u006f":true}"#,
        #"{\#(chat),"truncate_prompt_tokens":10}"#,
        #"{"messages":[[{"role":"user","content":"a batch"}]]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","image_url":"u"}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":7}]}]}"#,
        #"{"messages":[{"role":"user","content":"a","reasoning":{"type":"prompt_embeds"}}]}"#,
    ])
    func `what the engine would not take ids for goes out as it came`(body: String) {
        #expect(patched(body) == nil)
    }

    @Test func `a body that is parsed already is patched alike`() throws {
        let body = Array("{\(Self.chat),\"kv_transfer_params\":null}".utf8)
        let tokens = [TokenID(rawValue: 4)]
        let root = try JSONDocument(parsing: body).root
        let patched = TokenInjection.patched(body: body.span, parsed: root, tokens: tokens.span)
        #expect(patched != nil)
        #expect(patched == TokenInjection.patched(body: body.span, tokens: tokens.span))
        let other = Array("{}".utf8)
        #expect(
            TokenInjection.patched(body: other.span, parsed: root, tokens: tokens.span) == nil
        )
    }

    @Test func `an engine refuses an empty list, so none is sent`() {
        #expect(patched("{\(Self.chat)}", []) == nil)
    }

    @Test func `text parts, absent contents and a false echo are taken`() {
        let parts = #"{"role":"user","content":[{"type":"text","text":"a"},"b",{"text":"c"}]}"#
        let body = #"{"messages":[\#(parts),{"role":"assistant","content":null}],"echo":false}"#
        #expect(patched(body) != nil)
    }

    @Test func `ids of every length are written in full`() {
        let ids: [UInt32] = [0, 9, 10, 99_999_999, 100_000_000, .max]
        #expect(
            patched("{\(Self.chat)}", ids)?
                .contains("[0,9,10,99999999,100000000,4294967295]") == true
        )
    }
}

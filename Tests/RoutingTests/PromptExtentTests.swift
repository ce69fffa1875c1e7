import Bytes
import JSON
import Testing

@testable import Routing

@Suite struct PromptExtentTests {
    private func extent(_ text: String) throws -> PromptExtent {
        PromptExtent(of: try JSONDocument(parsing: Array(text.utf8)).root)
    }

    @Test(arguments: [
        (#"{"prompt": "0123456789"}"#, 10), (#"{"prompt": ["01234", "56"]}"#, 7),
        (#"{"prompt": [1, 2, 3]}"#, 12), (#"{"input": "ä"}"#, 2), ("{}", 0),
        (#"{"messages": [{"role": "user", "content": "0123"}]}"#, 28),
        (#"{"messages": [{"content": [{"type": "text", "text": "0123"}]}, {}]}"#, 52),
        (#"{"system": "01", "messages": []}"#, 2), (#"{"prompt": 7, "messages": "x"}"#, 0),
        (#"{"prompt": [[1, 2], [3]]}"#, 12), (#"{"instructions": "01", "input": []}"#, 2),
        (#"{"input": [{"role": "user", "content": "0123"}, "01"]}"#, 30),
        (#"{"input": [{"content": [{"type": "input_text", "text": "0123"}]}]}"#, 28),
        (#"{"input": [{"type": "function_call_output", "output": "0123"}]}"#, 28),
        (#"{"input": [{"type": "input_text", "text": "0123"}]}"#, 28),
    ])
    func `a prompt has the bytes of its texts, and those around each message`(
        body: String,
        bytes: Int
    ) throws {
        #expect(try extent(body).textBytes == bytes)
    }

    @Test(arguments: [
        (#"{"prompt": ["01", "0123", "01234567"]}"#, true, 3),
        (#"{"prompt": [[1, 2], [3], [4, 5]]}"#, true, 3), (#"{"prompt": ["01"]}"#, false, 0),
        (#"{"prompt": [1, 2]}"#, false, 0), (#"{"prompt": "0123"}"#, false, 0),
        (#"{"prompt": ["01", ""]}"#, true, 0),
        (#"{"input": [{"content": "0123"}, {"content": "0123"}]}"#, false, 0),
    ])
    func `prompts behind the first one of a batch are counted by their bytes`(
        body: String,
        isBatch: Bool,
        laterTokens: Int
    ) throws {
        let extent = try extent(body)
        #expect(extent.isBatch == isBatch)
        #expect(extent.tokens(ofFirst: 100) == 100 + laterTokens)
        #expect(extent.tokens(ofFirst: 0) == extent.textBytes / 4)
    }

    @Test(arguments: [
        "image_url", "image", "input_image", "input_audio", "audio_url", "video_url",
        "image_embeds", "audio_embeds", "image_pil",
    ])
    func `parts that are media are counted`(type: String) throws {
        let body = #"""
            {"messages": [{"content": [{"type": "text", "text": ""}, {"type": "\#(type)"}]},
                          {"content": [{"type": "\#(type)"}]}]}
            """#
        #expect(try extent(body).mediaCount == 2)
        let items = #"{"input": [{"content": [{"type": "\#(type)"}]}, {"type": "\#(type)"}]}"#
        #expect(try extent(items).mediaCount == 2)
        #expect(try extent(#"{"messages": [{"content": "\#(type)"}]}"#).mediaCount == 0)
    }
}

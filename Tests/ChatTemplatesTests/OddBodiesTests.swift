import JSON
import Jinja
import Testing

@testable import ChatTemplates

@Suite struct OddBodiesTests {
    private static let body = """
        {"messages": [{"role": "system", "content": "s"},
         {"role": "user", "content": [{"type": "text", "text": "a"}]},
         {"role": "assistant", "content": "c", "reasoning": "r", "tool_calls": [
          {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
         {"role": "tool", "tool_call_id": "1", "content": "t"}, {"role": "user", "content": "b"}],
         "tools": [{"type": "function", "function": {"name": "f", "description": "d",
          "parameters": {"type": "object", "properties": {"x": {"type": "string"}}}}}],
         "tool_choice": "auto", "chat_template_kwargs": {"thinking": true},
         "reasoning_effort": "high", "documents": [{"title": "t"}], "continue_final_message": false}
        """

    private static let oddValues: [TemplateValue] = [
        .none, .bool(true), .int(-1), .bigInt(Array("99999999999999999999".utf8)), .float(.nan),
        .string([]), .string([0xFF, 0xC3]), .list([]), .list([.none]), .dict(TemplateDict()),
    ]

    /// All values that differ from `value` in one place, where something odd stands.
    private static func variants(of value: TemplateValue) -> [TemplateValue] {
        var variants = oddValues
        switch value {
        case .list(let items):
            for index in items.indices {
                for variant in Self.variants(of: items[index]) {
                    var items = items
                    items[index] = variant
                    variants.append(.list(items))
                }
            }
        case .dict(let dict):
            for entry in dict.entries {
                for variant in Self.variants(of: entry.value) + [nil] {
                    var dict = dict
                    dict[entry.key] = variant
                    variants.append(.dict(dict))
                }
            }
        default: break
        }
        return variants
    }

    private static func model(_ kind: String) throws -> ChatModel {
        var files = ChatModelFiles()
        var options = ChatModelOptions()
        switch kind {
        case "harmony": files.config = Array(#"{"model_type": "gpt_oss"}"#.utf8)
        case "deepseek": options.tokenizerMode = .deepseekV32
        case "jinja": files.chatTemplate = Array("{{ messages }}{{ tools }}".utf8)
        default:
            options.tokenizerMode = .mistral
            files.tekken = Array(#"{"config": {"version": "\#(kind)"}}"#.utf8)
        }
        return try ChatModel(files, options: options)
    }

    /// Takes out what Mistral's models refuse: arguments for templates, thoughts, and text beside
    /// tool calls.
    private static func simplify(_ body: inout TemplateDict) {
        body["chat_template_kwargs"] = nil
        guard case .list(var messages) = body["messages"], case .dict(var caller) = messages[2]
        else { return }
        caller["reasoning"] = nil
        caller["content"] = nil
        messages[2] = .dict(caller)
        body["messages"] = .list(messages)
    }

    @Test(arguments: ["jinja", "deepseek", "harmony", "v3", "v7", "v11", "v13"])
    func `a body with one odd value is rendered or refused, and ends nothing`(
        kind: String
    ) throws {
        let model = try Self.model(kind)
        let clock = TemplateClock(at: .init(year: 2026, month: 1, day: 2))
        var base = try #require(
            TemplateValue(try JSONDocument(parsing: Array(Self.body.utf8)).root).dict
        )
        if kind.hasPrefix("v") { Self.simplify(&base) }
        var renderedCount = 0
        var refusedCount = 0
        for variant in Self.variants(of: .dict(base)) {
            guard let fields = variant.dict else { continue }
            do {
                _ = try model.chatPrompts(fields, clock: clock)
                renderedCount += 1
            } catch {
                refusedCount += 1
            }
            _ = try? AnthropicBody(fields, mergesSystem: true)
            _ = try? CompletionRequest.prompts(fields) { .text($0) }
        }
        #expect(renderedCount > 10)
        #expect(refusedCount > 100)
    }
}

/// Chats that templates and their renderers treat differently. Where an engine refuses one, as
/// some templates do with a system prompt, it does not count.
enum ProbeChats {
    static let all: [Probe] = [
        probe("one message", [user("Hello")]),
        probe("system prompt", [system("Be brief."), user("Hello")]),
        probe(
            "several turns",
            [
                user("Hi"), assistant("Hello! How can I help?"), user("1+1?"), assistant("2"),
                user("ok"),
            ]
        ),
        probe(
            "spaces around contents",
            [user("  Hello \\n"), assistant(" a\\n"), user("\\n\\nb ")]
        ),
        probe("empty content", [user("")]),
        probe("literal tokens", [user("<s>[INST] a [/INST]</s><|im_end|><|eot_id|><end_of_turn>")]),
        probe("scripts", [user("漢字 हिन्दी 😀 e\\u0301 \\\"quoted\\\" \\\\ </div>")]),
        probe(
            "content in parts",
            [
                #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#
            ]
        ),
        probe("name", [#"{"role":"user","name":"ann","content":"Hello"}"#]),
        probe(
            "thinking of an earlier turn",
            [user("a"), assistant("<think>\\nhm\\n</think>\\n\\nb"), user("c")]
        ),
        probe(
            "no generation prompt",
            [user("a"), assistant("b")],
            #","add_generation_prompt":false"#
        ),
        probe("tools", [user("Weather in Paris?")], "," + tools),
        probe("a tool's result", [user("Weather in Paris?"), call, result], "," + tools),
    ]

    private static func probe(_ name: String, _ messages: [String], _ rest: String = "") -> Probe {
        Probe(
            name: "chat with \(name)",
            content: .chat(fields: "\"messages\":[\(messages.joined(separator: ","))]\(rest)")
        )
    }

    private static func user(_ content: String) -> String { message("user", content) }
    private static func system(_ content: String) -> String { message("system", content) }
    private static func assistant(_ content: String) -> String { message("assistant", content) }

    private static func message(_ role: String, _ content: String) -> String {
        "{\"role\":\"\(role)\",\"content\":\"\(content)\"}"
    }

    private static let tools =
        #""tools":[{"type":"function","function":{"name":"get_weather","description":"#
        + #""The weather, <now> & \"here\".","parameters":{"type":"object","properties":{"#
        + #""city":{"type":"string"},"days":{"type":"integer","default":1}},"required":["city"]}}}]"#

    private static let call =
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"abcdef123","type":"function","#
        + #""function":{"name":"get_weather","arguments":"{\"days\": 2, \"city\": \"Paris é\"}"}}]}"#

    private static let result =
        #"{"role":"tool","tool_call_id":"abcdef123","content":"{\"c\": 21.0}"}"#
}

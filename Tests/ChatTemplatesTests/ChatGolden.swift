import ChatTemplates
import Files
import Glibc
import JSON
import Jinja
import Testing

/// Prompts that vLLM's own code made, from `Tests/Tools/chat_golden.py`.
struct ChatGolden {
    struct Case {
        let format: String
        let template: String?
        let options: String
        let body: JSONValue
        let result: JSONValue
    }

    private let root: JSONValue
    private let clock = TemplateClock(at: .init(year: 2026, month: 1, day: 2))

    /// The file is part of the tests' environment; `scripts/test` makes it.
    init() throws {
        let name = "WARMPATH_TEST_CHATS"
        let path = try #require(unsafe getenv(name).map { unsafe String(cString: $0) }, "\(name)")
        let bytes = try FileContents(
            of: path,
            byteCountMax: 1 << 28,
            spareCapacity: JSONDocument.spareCapacity
        ).bytes
        root = try JSONDocument(parsing: bytes).root
    }

    func cases(of format: String) -> [Case] {
        var cases: [Case] = []
        root["cases"]?.forEachElement { element in
            guard element["format"]?.string == format, let body = element["body"],
                let options = element["options"]?.string
            else { return }
            cases.append(
                Case(
                    format: format,
                    template: element["template"]?.string,
                    options: options,
                    body: body,
                    result: element
                )
            )
        }
        return cases
    }

    func model(for golden: Case) throws -> ChatModel {
        var files = ChatModelFiles()
        if golden.format == "harmony" { files.config = Array(#"{"model_type": "gpt_oss"}"#.utf8) }
        files.tokenizerConfig = Array(
            """
            {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "unk_token": "<unk>",
             "pad_token": "<pad>"}
            """.utf8
        )
        root["templates"]?.forEachField { name, source in
            guard let template = golden.template, name.count == template.utf8.count else { return }
            let isNamed = name.indices.allSatisfy { name[$0] == Array(template.utf8)[$0] }
            if isNamed { files.chatTemplate = source.bytes }
        }
        var options = ChatModelOptions()
        if golden.format == "mistral" {
            options.tokenizerMode = .mistral
            files.tekken = Array(
                #"{"config": {"version": "\#(golden.template ?? "")"}, "vocab": []}"#.utf8
            )
        }
        if golden.format == "deepseek_v32" { options.tokenizerMode = .deepseekV32 }
        switch golden.options {
        case "defaults":
            options.defaultTemplateArguments["custom"] = .string("c")
            options.defaultTemplateArguments["enable_thinking"] = .bool(false)
            options.reasoningEffortMap = ["high": "max"]
            options.excludesToolsWhenToolChoiceIsNone = true
        case "trusting": options.trustsRequestTemplates = true
        case "openai": options.contentFormat = .openAI
        default: break
        }
        return try ChatModel(files, options: options)
    }

    /// How our answer differs from the golden's; nil if it does not.
    func difference(_ golden: Case) throws -> String? {
        do {
            let model = try model(for: golden)
            let prompts = try model.render(
                body: golden.body,
                endpoint: golden.format == "anthropic" ? .messages : .chatCompletions,
                clock: clock
            )
            guard case .text(let prompt) = prompts.first else { return "not a text" }
            // Of a request that mistral-common refuses for its form, we may make a prompt.
            if golden.format == "mistral", golden.result["err"] != nil { return nil }
            return difference(of: prompt, from: golden.result)
        } catch PromptError.unsupported where golden.format == "anthropic" {
            // A result list in an assistant's message, which Python prints in its own way.
            return nil
        } catch let error as PromptError {
            guard golden.result["err"] == nil else { return nil }
            return "we refuse: \(error)"
        }
    }

    private func difference(of prompt: RenderedPrompt, from result: JSONValue) -> String? {
        if let error = result["err"]?.string {
            return "refused: \(error)\n  ours \(ChatGolden.text(prompt).debugDescription)"
        }
        if let pieces = result["pieces"] {
            return ChatGolden.difference(ChatGolden.pieces(prompt), from: ChatGolden.pieces(pieces))
        }
        let hasMedia = result["media"] != nil
        guard prompt.isComplete != hasMedia else { return "isComplete is \(prompt.isComplete)" }
        if result["media"]?.bool == false { return nil }
        return ChatGolden.difference([ChatGolden.text(prompt)], from: [result["ok"]?.string ?? ""])
    }

    /// Where two lists of texts begin to differ, as bytes.
    private static func difference(_ found: [String], from expected: [String]) -> String? {
        let found = Array(found.joined(separator: "|").utf8)
        let expected = Array(expected.joined(separator: "|").utf8)
        guard found != expected else { return nil }
        let start = max(zip(found, expected).prefix { $0 == $1 }.count - 40, 0)
        let excerpts = [expected, found].map { text in
            String(decoding: text.dropFirst(start).prefix(160), as: UTF8.self).debugDescription
        }
        return "\n  expected \(excerpts[0])\n  ours     \(excerpts[1])"
    }

    private static func text(_ prompt: RenderedPrompt) -> String {
        pieces(prompt).map { $0.dropFirst(2) }.joined()
    }

    /// Special tokens and the texts between them, marked `s ` and `t `.
    private static func pieces(_ prompt: RenderedPrompt) -> [String] {
        var pieces: [String] = []
        for segment in prompt.segments {
            switch segment {
            case .special(let token): pieces.append("s \(String(decoding: token, as: UTF8.self))")
            case .text(let text), .ordinaryText(let text):
                let text = String(decoding: text, as: UTF8.self)
                if let last = pieces.last, last.hasPrefix("t ") {
                    pieces[pieces.count - 1] += text
                } else {
                    pieces.append("t \(text)")
                }
            }
        }
        return pieces
    }

    private static func pieces(_ value: JSONValue) -> [String] {
        var pieces: [String] = []
        value.forEachElement { piece in
            var parts: [String] = []
            piece.forEachElement { parts.append($0.string ?? "") }
            pieces.append("\(parts[0] == "special" ? "s" : "t") \(parts[1])")
        }
        return pieces
    }
}

import Jinja

/// Prompts of gpt-oss in the Harmony format, as vLLM 0.33 makes them with oss-harmony 0.0.11.
///
/// Between special tokens the encoder tokenizes each piece of text by itself, and finds no special
/// tokens in it; each segment is one such piece.
struct HarmonyPrompt {
    private var segments: [RenderedPrompt.Segment] = []

    static func prompt(
        for request: ChatRequest,
        options: ChatModelOptions,
        clock: TemplateClock
    ) throws(PromptError) -> RenderedPrompt {
        var messages = request.messages
        var instructions: [UInt8]?
        if let first = messages.first, first.role == Key.system || first.role == Key.developer {
            instructions = try HarmonyMessage.flatText(of: first)
            messages.removeFirst()
        }
        let conversation = try HarmonyMessage.messages(of: messages)

        var prompt = HarmonyPrompt()
        prompt.writeMessage(
            header: [.ordinaryText(Key.system)],
            content: [
                try HarmonySystemText.text(
                    effort: request.reasoningEffort,
                    hasTools: request.tools != nil,
                    today: clock.now()
                )
            ]
        )
        if instructions?.isEmpty == false || request.tools != nil {
            prompt.writeDeveloper(instructions, tools: request.tools)
        }
        for message in HarmonyMessage.withoutEarlierThoughts(conversation) { prompt.write(message) }
        prompt.writeSpecial("<|start|>")
        prompt.segments.append(.ordinaryText(Key.assistant))
        return RenderedPrompt(segments: prompt.segments)
    }
}

extension HarmonyPrompt {
    private mutating func writeSpecial(_ token: StaticString) {
        segments.append(.special(Array("\(token)".utf8)))
    }

    private mutating func writeMessage(
        header: [RenderedPrompt.Segment],
        content: [[UInt8]],
        endToken: StaticString = "<|end|>"
    ) {
        writeSpecial("<|start|>")
        segments += header
        writeSpecial("<|message|>")
        segments += content.filter { !$0.isEmpty }.map { .ordinaryText($0) }
        writeSpecial(endToken)
    }

    private mutating func writeDeveloper(_ instructions: [UInt8]?, tools: [TemplateValue]?) {
        var sections: [[UInt8]] = []
        if let instructions { sections += [Array("# Instructions".utf8), instructions] }
        if let tools { sections.append(HarmonyToolText.text(for: tools)) }
        writeMessage(
            header: [.ordinaryText(Key.developer)],
            content: [Array(sections.joined(separator: Array("\n\n".utf8)))]
        )
    }

    private mutating func write(_ message: HarmonyMessage) {
        let channel = RenderedPrompt.Segment.special(Array("<|channel|>".utf8))
        switch message {
        case .user(let texts):
            writeMessage(header: [.ordinaryText(Key.user)], content: texts)
        case .developer(let instructions):
            writeDeveloper(instructions, tools: nil)
        case .assistant(let name, let texts):
            writeMessage(
                header: [
                    .ordinaryText(Key.assistant), channel, .ordinaryText(Array(name.rawValue.utf8)),
                ],
                content: texts
            )
        case .call(let name, let arguments):
            writeMessage(
                header: [
                    .ordinaryText(Array("assistant to=functions.".utf8) + name), channel,
                    .ordinaryText(Array("commentary json".utf8)),
                ],
                content: [arguments],
                endToken: "<|call|>"
            )
        case .result(let name, let text):
            writeMessage(
                header: [
                    .ordinaryText(Array("functions.".utf8) + name), channel,
                    .ordinaryText(Array("commentary".utf8)),
                    .ordinaryText(Array(" to=assistant".utf8)),
                ],
                content: [text]
            )
        }
    }
}

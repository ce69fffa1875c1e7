import Jinja

/// What gpt-oss is told first: who it is, what day it is, how much to think.
enum HarmonySystemText {
    /// - Parameters:
    ///   - effort: nil is the model's default.
    ///   - today: the date in the engine's time zone.
    /// - Throws: `rejected` for an effort that the model does not know.
    static func text(
        effort: [UInt8]?,
        hasTools: Bool,
        today: TemplateClock.LocalTime
    ) throws(PromptError) -> [UInt8] {
        let effort = effort.map { String(decoding: $0, as: UTF8.self) } ?? "medium"
        guard ["low", "medium", "high"].contains(effort) else {
            throw .rejected(
                reason: "reasoning_effort='\(effort)' is not supported by Harmony. "
                    + "Supported values are: high, medium, low."
            )
        }
        let date = [today.year, today.month, today.day].map { number in
            number < 10 ? "0\(number)" : "\(number)"
        }
        var text = """
            You are ChatGPT, a large language model trained by OpenAI.
            Knowledge cutoff: 2024-06
            Current date: \(date.joined(separator: "-"))

            Reasoning: \(effort)

            # Valid channels: analysis, commentary, final. Channel must be included for every \
            message.
            """
        if hasTools {
            text += "\nCalls to these tools must go to the commentary channel: 'functions'."
        }
        return Array(text.utf8)
    }
}

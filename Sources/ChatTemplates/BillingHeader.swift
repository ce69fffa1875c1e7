import Jinja

/// A line that one client puts in front of its system prompt and changes with every request.
/// The engine drops it, and so the prefix behind it stays the same.
enum BillingHeader {
    private static let prefix = Array("x-anthropic-billing-header".utf8)

    static func begins(_ text: [UInt8]) -> Bool { text.starts(with: prefix) }

    /// The parts of a system message without such lines; a part that was nothing else is gone.
    static func removed(from parts: [TemplateValue]) -> [TemplateValue] {
        parts.compactMap { part in
            if let text = part.text { return remainder(of: text).map { .string($0) } }
            guard var dict = part.dict, dict[Key.type] == .string(Key.text),
                let text = dict[Key.text]?.text
            else { return part }
            guard let remainder = remainder(of: text) else { return nil }
            dict[Key.text] = .string(remainder)
            return .dict(dict)
        }
    }

    private static func remainder(of text: [UInt8]) -> [UInt8]? {
        guard text.starts(with: prefix) else { return text }
        guard let newline = text.firstIndex(of: UInt8(ascii: "\n")), newline + 1 < text.count else {
            return nil
        }
        return Array(text[(newline + 1)...])
    }
}

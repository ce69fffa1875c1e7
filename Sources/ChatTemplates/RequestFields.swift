import Jinja

/// The fields of a request's body, with the type checks that the engine makes of them.
///
/// Absent and null are the same for every optional field.
struct RequestFields {
    let body: TemplateDict

    func value(_ name: String) -> TemplateValue? {
        guard let value = field(name), !value.isNone else { return nil }
        return value
    }

    /// Null where the body says so. The few fields of a usual body are compared without a copy of
    /// the name.
    private func field(_ name: String) -> TemplateValue? {
        guard body.entries.count <= 64 else { return body[Array(name.utf8)] }
        let name = name.utf8
        return body.entries.first { entry in
            entry.key.count == name.count && entry.key.elementsEqual(name)
        }?.value
    }

    func bool(_ name: String, default defaultValue: Bool) throws(PromptError) -> Bool {
        guard let value = field(name) else { return defaultValue }
        guard let flag = value.pydanticBool else { throw .invalid(name, "a valid boolean") }
        return flag
    }

    func string(_ name: String) throws(PromptError) -> [UInt8]? {
        guard let value = value(name) else { return nil }
        guard let text = value.text else { throw .invalid(name, "a valid string") }
        return text
    }

    func dict(_ name: String) throws(PromptError) -> TemplateDict? {
        guard let value = value(name) else { return nil }
        guard let dict = value.dict else { throw .invalid(name, "a valid dictionary") }
        return dict
    }

    func list(_ name: String) throws(PromptError) -> [TemplateValue]? {
        guard let value = value(name) else { return nil }
        guard let list = value.list else { throw .invalid(name, "a valid list") }
        return list
    }

    /// Integers, also as pydantic finds them in strings and in floats without a fraction.
    func int(_ name: String) throws(PromptError) -> Int? {
        guard let value = value(name) else { return nil }
        switch value {
        case .int(let number): return number
        case .bool(let flag): return flag ? 1 : 0
        case .float(let number):
            if let exact = Int(exactly: number) { return exact }
        case .string(let text):
            if let number = Int(String(decoding: text, as: UTF8.self)) { return number }
        default: break
        }
        throw .invalid(name, "a valid integer")
    }
}

extension RequestFields {
    /// How the request wants its prompt cut.
    func truncation() throws(PromptError) -> RequestPrompts.Truncation? {
        let keptEnd: RequestPrompts.Truncation.End?
        switch try string("truncation_side").map({ String(decoding: $0, as: UTF8.self) }) {
        case nil: keptEnd = nil
        case "left": keptEnd = .last
        case "right": keptEnd = .first
        default: throw .invalid("truncation_side", "'left' or 'right'")
        }
        guard let count = try int("truncate_prompt_tokens") else { return nil }
        guard count >= -1 else {
            throw .invalid("truncate_prompt_tokens", "greater than or equal to -1")
        }
        return RequestPrompts.Truncation(tokenCount: count, keptEnd: keptEnd)
    }
}

extension PromptError {
    static func invalid(_ field: String, _ expectation: String) -> PromptError {
        .rejected(reason: "\(field): Input should be \(expectation)")
    }
}

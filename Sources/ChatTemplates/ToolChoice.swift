import Jinja

/// What a request lets the model do with its tools.
enum ToolChoice: Equatable {
    case none, auto, required
    case named([UInt8])

    /// - Parameter tools: the request's, in their declared form; nil if it has none.
    /// - Throws: `rejected` for a choice that the engine refuses.
    init(_ value: TemplateValue?, tools: [TemplateValue]?) throws(PromptError) {
        guard let value else {
            self = tools == nil ? .none : .auto
            return
        }
        if value == .string("none") {
            self = .none
            return
        }
        guard !value.isNone else {
            self = .auto
            return
        }
        guard let tools else {
            throw .rejected(reason: "When using `tool_choice`, `tools` must be set.")
        }
        switch value {
        case .string(let name) where name == Array("auto".utf8): self = .auto
        case .string(let name) where name == Array("required".utf8): self = .required
        case .dict(let choice):
            guard let name = choice[Key.function]?.dict?[Key.name]?.text, !name.isEmpty else {
                throw .rejected(reason: "Invalid value for `function` in `tool_choice`!")
            }
            let isDeclared = tools.contains { tool in
                tool.dict?[Key.function]?.dict?[Key.name]?.text == name
            }
            guard isDeclared else {
                throw .rejected(
                    reason: "The tool specified in `tool_choice` does not match any"
                        + " of the specified `tools`"
                )
            }
            guard choice[Key.type] ?? .string(Key.function) == .string(Key.function) else {
                throw .invalid("tool_choice", "of type 'function'")
            }
            self = .named(name)
        default:
            throw .rejected(
                reason: "Invalid value for `tool_choice`! "
                    + "Only named tools, \"none\", \"auto\" or \"required\" are supported."
            )
        }
    }
}

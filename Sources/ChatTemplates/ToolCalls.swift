import Jinja

/// The tool calls of an assistant's message.
enum ToolCalls {
    /// The calls in their declared field order (`id`, `function` with `arguments` and `name`,
    /// `type`), fields that nobody declared behind. Nil for absent and null.
    static func validated(_ value: TemplateValue?) throws(PromptError) -> [TemplateValue]? {
        guard let calls = value?.list else { return nil }
        var validated: [TemplateValue] = []
        validated.reserveCapacity(calls.count)
        for call in calls {
            guard let ordered = ordered(call) else {
                throw .invalid("tool_calls", "a list of calls with id, type and function")
            }
            validated.append(ordered)
        }
        return validated
    }

    /// The number of declared fields of a function call, nil if it is none.
    static func functionCallFieldCount(_ call: TemplateValue) -> Int? {
        guard let call = call.dict, isFunctionCall(call) else { return nil }
        return 5
    }

    private static func isFunctionCall(_ call: TemplateDict) -> Bool {
        guard call[Key.id]?.isString == true, call[Key.type] == .string(Key.function),
            let function = call[Key.function]?.dict
        else { return false }
        return function[Key.arguments]?.isString == true && function[Key.name]?.isString == true
    }

    private static func ordered(_ call: TemplateValue) -> TemplateValue? {
        guard let call = call.dict else { return nil }
        if isFunctionCall(call) {
            return .dict(ordered(call, Key.function, [Key.arguments, Key.name]))
        }
        guard call[Key.id]?.isString == true, call[Key.type] == .string(custom),
            let body = call[custom]?.dict, body[input]?.isString == true,
            body[Key.name]?.isString == true
        else { return nil }
        return .dict(ordered(call, custom, [input, Key.name]))
    }

    private static let custom = Array("custom".utf8)
    private static let input = Array("input".utf8)

    private static func ordered(
        _ call: TemplateDict,
        _ bodyKey: [UInt8],
        _ bodyFields: [[UInt8]]
    ) -> TemplateDict {
        var call = call
        if let body = call[bodyKey]?.dict { call[bodyKey] = .dict(body.ordered(by: bodyFields)) }
        return call.ordered(by: [Key.id, bodyKey, Key.type])
    }
}

extension ToolCalls {
    /// Calls as templates expect them: arguments parsed, an empty object where they are empty or
    /// not an object.
    ///
    /// - Throws: `rejected` for calls of other types than `function`; `unsupported` for JSON that
    ///   Python reads and we do not.
    static func withParsedArguments(
        _ calls: [TemplateValue]
    ) throws(PromptError) -> [TemplateValue] {
        var parsed: [TemplateValue] = []
        parsed.reserveCapacity(calls.count)
        for call in calls {
            guard var call = call.dict, var function = call[Key.function]?.dict,
                call[Key.type] == .string(Key.function)
            else {
                throw .rejected(
                    reason: "chat completions only support assistant tool_calls "
                        + "of type 'function'."
                )
            }
            let arguments = try object(function[Key.arguments]?.text ?? [])
            function[Key.arguments] = .dict(arguments)
            call[Key.function] = .dict(function)
            parsed.append(.dict(call))
        }
        return parsed
    }

    private static func object(_ json: [UInt8]) throws(PromptError) -> TemplateDict {
        try PythonJSON.valueOrText(json).dict ?? TemplateDict()
    }
}

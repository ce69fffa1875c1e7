import Jinja

/// The tools of a request as templates see them: the declared fields in their declared order,
/// `description` and `parameters` null where absent, everything else dropped.
///
/// Field order and defaults are those of `ChatCompletionToolsParam` and `FunctionDefinition` in
/// vLLM 0.33.
enum ToolDefinitions {
    /// - Throws: `rejected` for what the engine refuses: an empty list, a tool without a name, a
    ///   field of the wrong type.
    static func normalized(_ tools: [TemplateValue]) throws(PromptError) -> [TemplateValue] {
        guard !tools.isEmpty else {
            throw .rejected(
                reason: "`tools` must not be an empty array. "
                    + "Either provide at least one tool or omit the field entirely."
            )
        }
        var normalized: [TemplateValue] = []
        normalized.reserveCapacity(tools.count)
        for tool in tools { normalized.append(try normalizedTool(tool)) }
        return normalized
    }

    private static func normalizedTool(_ tool: TemplateValue) throws(PromptError) -> TemplateValue {
        guard let fields = tool.dict, let function = fields[Key.function]?.dict else {
            throw .invalid("tools", "a list of objects with a function")
        }
        if let type = fields[Key.type], type != .string(Key.function) {
            throw .invalid("tools", "of type 'function'")
        }
        let defersLoading = try optionalBool(fields[Key.deferLoading])
        var result = TemplateDict()
        result[Key.type] = .string(Key.function)
        result[Key.function] = .dict(
            try normalizedFunction(function, inheritedDeferLoading: defersLoading)
        )
        if let defersLoading { result[Key.deferLoading] = .bool(defersLoading) }
        return .dict(result)
    }

    private static func normalizedFunction(
        _ function: TemplateDict,
        inheritedDeferLoading: Bool?
    ) throws(PromptError) -> TemplateDict {
        guard let name = function[Key.name], name.isString else {
            throw .invalid("tools", "a list of functions with names")
        }
        let description = function[Key.description] ?? .none
        guard description.isNone || description.isString else {
            throw .invalid("tools", "a list of functions with descriptions that are strings")
        }
        let parameters = function[Key.parameters] ?? .none
        guard parameters.isNone || parameters.dict != nil else {
            throw .invalid("tools", "a list of functions with parameters that are objects")
        }
        let isStrict = try optionalBool(function[Key.strict])
        let defersLoading = try optionalBool(function[Key.deferLoading])

        var result = TemplateDict()
        result[Key.name] = name
        result[Key.description] = description
        result[Key.parameters] = parameters
        if let isStrict { result[Key.strict] = .bool(isStrict) }
        if let flag = defersLoading ?? inheritedDeferLoading {
            result[Key.deferLoading] = .bool(flag)
        }
        return result
    }

    /// The tools of a developer's message, which keep all their fields.
    static func ordered(_ tools: [TemplateValue]) -> [TemplateValue] {
        tools.map { tool in
            guard var fields = tool.dict, let function = fields[Key.function]?.dict else {
                return tool
            }
            let declared = [Key.name, Key.description, Key.parameters, Key.strict]
            fields[Key.function] = .dict(function.ordered(by: declared))
            return .dict(fields.ordered(by: [Key.function, Key.type]))
        }
    }

    private static func optionalBool(_ value: TemplateValue?) throws(PromptError) -> Bool? {
        guard let value, !value.isNone else { return nil }
        guard let flag = value.pydanticBool else { throw .invalid("tools", "a valid boolean") }
        return flag
    }
}

/// `map`, `select`, `reject`, `selectattr`, `rejectattr`. They run at once, while Jinja2's run
/// when their results are used: only errors of results that nothing uses come out different.
extension Filter {
    func selection(
        of value: Value,
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        guard value.isTrue else { return .object(Sequence(.generator, [])) }
        let items = try run.items(of: value)
        var result: [Value] = []
        if self == .map {
            let transform = try mapping(arguments, in: run)
            for item in items {
                try run.step()
                result.append(try transform(item))
            }
            return .object(Sequence(.generator, result))
        }
        let holds = try predicate(arguments, in: run)
        let isSelected = self == .select || self == .selectattr
        for item in items {
            try run.step()
            if try holds(item) == isSelected { result.append(item) }
        }
        return .object(Sequence(.generator, result))
    }

    private typealias Mapping = (Value) throws(TemplateError) -> Value
    private typealias Predicate = (Value) throws(TemplateError) -> Bool

    private func mapping(
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Mapping {
        if arguments.positional.isEmpty,
            let attribute = arguments.named.first(where: { $0.name == "attribute" })?.value
        {
            let fallback = arguments.named.first { $0.name == "default" }?.value
            guard arguments.named.count == (fallback == nil ? 1 : 2) else {
                throw .failed("Unexpected keyword argument")
            }
            return { item throws(TemplateError) in
                let part = try run.value(at: attribute, of: item)
                return part.isUndefined ? fallback ?? part : part
            }
        }
        guard let name = arguments.positional.first else {
            throw .failed("map requires a filter argument")
        }
        var rest = arguments
        rest.positional.removeFirst()
        let text = String(decoding: try TextMethod.text(name), as: UTF8.self)
        guard let filter = Filter(rawValue: text) else {
            throw .failed("No filter named '\(text)'.")
        }
        let given = rest
        return { item throws(TemplateError) in try filter.apply(to: item, given, in: run) }
    }

    private func predicate(
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Predicate {
        var rest = arguments
        var attribute: Value?
        if self == .selectattr || self == .rejectattr {
            guard let first = rest.positional.first else {
                throw .failed("Missing parameter for attribute name")
            }
            attribute = first
            rest.positional.removeFirst()
        }
        func part(_ item: Value) throws(TemplateError) -> Value {
            guard let attribute else { return item }
            return try run.value(at: attribute, of: item)
        }
        guard let name = rest.positional.first else {
            return { item throws(TemplateError) in try part(item).isTrue }
        }
        rest.positional.removeFirst()
        let text = String(decoding: try TextMethod.text(name), as: UTF8.self)
        guard let test = ValueTest(named: text) else {
            throw .failed("No test named '\(text)'.")
        }
        let given = rest
        return { item throws(TemplateError) in try test.holds(for: try part(item), given, run) }
    }
}

extension Run {
    /// The value at `path`: a name, a number, or several with dots between.
    func value(at path: Value, of item: Value) throws(TemplateError) -> Value {
        guard case .string(let text) = path else { return try self.item(path, of: item) }
        guard text.contains(UInt8(ascii: ".")) || text.allSatisfy(\.isDigit) else {
            return try self.item(text, of: item)
        }
        var value = item
        for part in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let name = String(decoding: part, as: UTF8.self)
            if part.allSatisfy(\.isDigit), let index = Int(name) {
                value = try self.item(.int(index), of: value)
            } else {
                value = try self.item(Array(part), of: value)
            }
        }
        return value
    }
}

/// Calls, filters and tests.
extension Compiler {
    typealias Arguments = @Sendable (Run, Frame) throws(TemplateError) -> CallArguments

    mutating func arguments(
        _ arguments: Expression.Arguments
    ) throws(TemplateError) -> Arguments {
        let positional = try evaluations(of: arguments.positional)
        let names = arguments.named.map(\.name)
        guard Set(names).count == names.count else {
            throw TemplateError(.syntax, "keyword argument repeated")
        }
        let named = try evaluations(of: arguments.named.map(\.value))
        if named.isEmpty, arguments.spread == nil, arguments.namedSpread == nil {
            if positional.isEmpty { return { _, _ in CallArguments() } }
            return { run, frame throws(TemplateError) in
                CallArguments(positional: try positional.values(run, frame))
            }
        }
        let spread = try arguments.spread.map { part throws(TemplateError) in
            try evaluation(of: part)
        }
        let namedSpread = try arguments.namedSpread.map { part throws(TemplateError) in
            try evaluation(of: part)
        }
        return { run, frame throws(TemplateError) in
            var result = CallArguments(positional: try positional.values(run, frame))
            if let spread { result.positional += try run.items(of: try spread(run, frame)) }
            for (name, value) in zip(names, named) {
                result.named.append((name, try value(run, frame)))
            }
            guard let namedSpread else { return result }
            guard case .dict(let dict) = try namedSpread(run, frame) else {
                throw .failed("argument after ** must be a mapping")
            }
            for entry in dict.entries {
                guard let key = entry.key.text else { throw .failed("keywords must be strings") }
                let name = String(decoding: key, as: UTF8.self)
                guard !names.contains(name) else {
                    throw .failed("got multiple values for keyword argument '\(name)'")
                }
                result.named.append((name, entry.value))
            }
            return result
        }
    }

    mutating func call(
        _ callee: Expression,
        _ arguments: Expression.Arguments
    ) throws(TemplateError) -> Evaluation {
        let given = try self.arguments(arguments)
        guard case .attribute(let base, let name) = callee else {
            let function = try evaluation(of: callee)
            return { run, frame throws(TemplateError) in
                try run.step()
                let callee = try function(run, frame)
                return try run.call(callee, try given(run, frame))
            }
        }
        // A method is called without an object made for it.
        let object = try evaluation(of: base)
        let attribute = AttributeName(name)
        let method = attribute.method
        return { run, frame throws(TemplateError) in
            try run.step()
            let receiver = try object(run, frame)
            if let method, method.exists(on: receiver) {
                return try method.call(on: receiver, try given(run, frame), in: run)
            }
            let callee = try run.attribute(attribute, of: receiver)
            return try run.call(callee, try given(run, frame))
        }
    }

    // MARK: Filters and tests

    typealias FilterApplication = @Sendable (Run, Frame, Value) throws(TemplateError) -> Value

    mutating func filter(
        _ application: Expression.Application
    ) throws(TemplateError) -> FilterApplication {
        let given = try arguments(application.arguments)
        guard let filter = Filter(rawValue: application.name) else {
            return try unknown("filter", application)
        }
        return { run, frame, value throws(TemplateError) in
            try run.step()
            try run.chargeReading(value)
            return try run.charged(
                try filter.apply(to: value, try given(run, frame), in: run)
            )
        }
    }

    /// A filter, and those that it applies after, of a whole block.
    mutating func blockFilter(
        _ expression: Expression
    ) throws(TemplateError) -> FilterApplication {
        guard case .filter(let inner, let application) = expression else {
            throw TemplateError(.syntax, "expected a filter")
        }
        let outer = try filter(application)
        guard let inner else { return outer }
        let first = try blockFilter(inner)
        return { run, frame, value throws(TemplateError) in
            try outer(run, frame, try first(run, frame, value))
        }
    }

    mutating func test(
        _ operand: Expression,
        _ application: Expression.Application
    ) throws(TemplateError) -> Evaluation {
        let value = try evaluation(of: operand)
        let given = try arguments(application.arguments)
        guard let test = ValueTest(named: application.name) else {
            let fail = try unknown("test", application)
            return { run, frame throws(TemplateError) in
                try fail(run, frame, try value(run, frame))
            }
        }
        if test == .defined, application.arguments.expressions.isEmpty {
            return { run, frame throws(TemplateError) in
                .bool(try !value(run, frame).isUndefined)
            }
        }
        return { run, frame throws(TemplateError) in
            try run.step()
            return .bool(try test.holds(for: try value(run, frame), try given(run, frame), run))
        }
    }

    /// In an `if`, what is unknown is no error until it is reached.
    private func unknown(
        _ what: String,
        _ application: Expression.Application
    ) throws(TemplateError) -> FilterApplication {
        let message = "No \(what) named '\(application.name)'."
        let line = application.line
        guard scope.isSoft else { throw TemplateError(.syntax, message, line: line) }
        return { _, _, _ throws(TemplateError) in throw .failed(message) }
    }
}

extension Compiler {
    mutating func evaluation(of expression: Expression) throws(TemplateError) -> Evaluation {
        switch expression {
        case .constant(let constant): return Self.evaluation(of: constant)
        case .name(let name): return evaluation(ofName: name)
        case .tuple(let items):
            let parts = try evaluations(of: items)
            return { run, frame throws(TemplateError) in
                .tuple(try run.checked(try parts.values(run, frame)))
            }
        case .list(let items):
            let parts = try evaluations(of: items)
            return { run, frame throws(TemplateError) in
                try run.list(try parts.values(run, frame))
            }
        case .dict(let pairs):
            let keys = try evaluations(of: pairs.map(\.key))
            let values = try evaluations(of: pairs.map(\.value))
            return { run, frame throws(TemplateError) in
                var pairs: [(Value, Value)] = []
                for (key, value) in zip(keys, values) {
                    pairs.append((try key(run, frame), try value(run, frame)))
                }
                let dict = try ValueDict(pairs)
                try run.check(.dict(dict))
                return .dict(dict)
            }
        case .attribute(let base, let name):
            let object = try evaluation(of: base)
            let attribute = AttributeName(name)
            return { run, frame throws(TemplateError) in
                try run.step()
                return try run.attribute(attribute, of: try object(run, frame))
            }
        case .item(let base, let index): return try item(index, of: base)
        case .slice: throw TemplateError(.syntax, "a slice outside of brackets")
        case .call(let callee, let arguments): return try call(callee, arguments)
        case .filter(let operand?, let application):
            let value = try evaluation(of: operand)
            let apply = try filter(application)
            return { run, frame throws(TemplateError) in
                try apply(run, frame, try value(run, frame))
            }
        case .filter(nil, _): throw TemplateError(.syntax, "a filter of nothing")
        case .test(let operand, let application): return try test(operand, application)
        case .unary(let operation, let operand):
            let value = try evaluation(of: operand)
            if operation == .not {
                return { run, frame throws(TemplateError) in
                    .bool(try !value(run, frame).isTrue)
                }
            }
            return { run, frame throws(TemplateError) in
                try run.unary(operation, try value(run, frame))
            }
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right)
        case .concatenation(let operands):
            let parts = try evaluations(of: operands)
            return { run, frame throws(TemplateError) in
                try run.step()
                var text: [UInt8] = []
                for part in parts {
                    let value = try part(run, frame)
                    try run.chargeReading(value)
                    text += PythonFormat.text(of: value)
                    try run.charge(bytes: text.count)
                }
                return .string(text)
            }
        case .comparison(let left, let others): return try comparison(left, others)
        case .conditional(let test, let then, let otherwise):
            return try softly { compiler throws(TemplateError) in
                try compiler.conditional(test, then, otherwise)
            }
        }
    }

    private mutating func conditional(
        _ test: Expression,
        _ then: Expression,
        _ otherwise: Expression?
    ) throws(TemplateError) -> Evaluation {
        let test = try evaluation(of: test)
        let then = try evaluation(of: then)
        guard let otherwise else {
            return { run, frame throws(TemplateError) in
                try test(run, frame).isTrue ? try then(run, frame) : .undefined
            }
        }
        let other = try evaluation(of: otherwise)
        return { run, frame throws(TemplateError) in
            try test(run, frame).isTrue ? try then(run, frame) : try other(run, frame)
        }
    }

    mutating func evaluations(
        of expressions: [Expression]
    ) throws(TemplateError) -> [Evaluation] {
        var evaluations: [Evaluation] = []
        for expression in expressions { evaluations.append(try evaluation(of: expression)) }
        return evaluations
    }

    private static func evaluation(of constant: Expression.Constant) -> Evaluation {
        switch constant {
        case .none: return { _, _ in .none }
        case .bool(let value): return { _, _ in .bool(value) }
        case .int(let value): return { _, _ in .int(value) }
        case .bigInt(let digits): return { _, _ in .bigInt(digits) }
        case .float(let value): return { _, _ in .float(value) }
        case .string(let text): return { _, _ in .string(text) }
        }
    }

    private mutating func binary(
        _ operation: Expression.BinaryOperator,
        _ left: Expression,
        _ right: Expression
    ) throws(TemplateError) -> Evaluation {
        let (first, second) = (try evaluation(of: left), try evaluation(of: right))
        switch operation {
        case .and:
            return { run, frame throws(TemplateError) in
                let value = try first(run, frame)
                return value.isTrue ? try second(run, frame) : value
            }
        case .or:
            return { run, frame throws(TemplateError) in
                let value = try first(run, frame)
                return value.isTrue ? value : try second(run, frame)
            }
        default:
            return { run, frame throws(TemplateError) in
                try run.step()
                return try run.binary(operation, try first(run, frame), try second(run, frame))
            }
        }
    }

    /// `a < b < c` compares each pair, as far as they are true.
    private mutating func comparison(
        _ left: Expression,
        _ others: [(kind: Expression.Comparison, right: Expression)]
    ) throws(TemplateError) -> Evaluation {
        let first = try evaluation(of: left)
        if others.count == 1, let (comparison, right) = others.first {
            if case .constant(.string(let text)) = right {
                switch comparison {
                case .equal:
                    return { run, frame throws(TemplateError) in
                        .bool(try first(run, frame).text == text)
                    }
                case .notEqual:
                    return { run, frame throws(TemplateError) in
                        .bool(try first(run, frame).text != text)
                    }
                default: break
                }
            }
            let second = try evaluation(of: right)
            return { run, frame throws(TemplateError) in
                try run.step()
                let left = try first(run, frame)
                return .bool(try run.compare(comparison, left, try second(run, frame)))
            }
        }
        var compiled: [(Expression.Comparison, Evaluation)] = []
        for (comparison, right) in others {
            compiled.append((comparison, try evaluation(of: right)))
        }
        let rest = compiled
        return { run, frame throws(TemplateError) in
            var left = try first(run, frame)
            for (comparison, second) in rest {
                try run.step()
                let right = try second(run, frame)
                if try !run.compare(comparison, left, right) { return .bool(false) }
                left = right
            }
            return .bool(true)
        }
    }

    private mutating func item(
        _ index: Expression,
        of base: Expression
    ) throws(TemplateError) -> Evaluation {
        let object = try evaluation(of: base)
        switch index {
        case .constant(.string(let key)):
            let name = AttributeName(key)
            return { run, frame throws(TemplateError) in
                try run.step()
                return try run.item(name, of: try object(run, frame))
            }
        case .slice(let slice):
            let start = try slice.start.map { part throws(TemplateError) in
                try evaluation(of: part)
            }
            let stop = try slice.stop.map { part throws(TemplateError) in
                try evaluation(of: part)
            }
            let step = try slice.step.map { part throws(TemplateError) in
                try evaluation(of: part)
            }
            return { run, frame throws(TemplateError) in
                let base = try object(run, frame)
                return try run.slice(
                    base,
                    start: try start?(run, frame) ?? .none,
                    stop: try stop?(run, frame) ?? .none,
                    step: try step?(run, frame) ?? .none
                )
            }
        default:
            let key = try evaluation(of: index)
            return { run, frame throws(TemplateError) in
                try run.step()
                let base = try object(run, frame)
                return try run.item(try key(run, frame), of: base)
            }
        }
    }
}

extension [Evaluation] {
    func values(_ run: Run, _ frame: Frame) throws(TemplateError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for evaluation in self { values.append(try evaluation(run, frame)) }
        return values
    }
}

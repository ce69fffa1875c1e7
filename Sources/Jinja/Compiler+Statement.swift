extension Compiler {
    mutating func execution(of statement: Statement) throws(TemplateError) -> Execution {
        let line = statement.line
        switch statement.kind {
        case .text(let text):
            return { run, _ throws(TemplateError) in
                try run.write(text)
                return .next
            }
        case .output(let expression): return try output(expression, line: line)
        case .loop(let loop): return try execution(of: loop, line: line)
        case .conditional(let branches, let otherwise):
            return try softly { compiler throws(TemplateError) in
                try compiler.conditional(branches, otherwise, line: line)
            }
        case .assign(let target, let expression):
            let value = try evaluation(of: expression)
            let assign = try assignment(to: target)
            return { run, frame throws(TemplateError) in
                run.line = line
                try run.step()
                try assign(run, frame, try value(run, frame))
                return .next
            }
        case .assignBlock(let target, let filter, let body):
            return try assignBlock(target, filter, body, line: line)
        case .macro(let macro): return try execution(of: macro)
        case .callBlock(let signature, let call, let body):
            return try callBlock(signature, call, body, line: line)
        case .filterBlock(let filter, let body):
            let (code, apply) = try inScope(
                collecting: { scope in
                    scope.collect(body)
                    scope.collect(filter)
                },
                { compiler throws(TemplateError) in
                    (try compiler.code(of: body), try compiler.blockFilter(filter))
                }
            )
            return { run, frame throws(TemplateError) in
                let (text, flow) = try run.captured(code, frame)
                guard flow == .next else { return flow }
                run.line = line
                try run.write(try apply(run, frame, .string(text)))
                return .next
            }
        case .with(let bindings, let body): return try with(bindings, body)
        case .generation(let body):
            let macro = try compiledMacro("caller", Statement.Signature(), body)
            return { run, frame throws(TemplateError) in
                let text = try Macro(macro, definedIn: frame).text(CallArguments(), in: run)
                try run.write(text)
                return .next
            }
        case .leaveLoop, .nextIteration:
            guard loopDepth > 0 else {
                throw TemplateError(.syntax, "outside of a loop", line: line)
            }
            if case .leaveLoop = statement.kind { return { _, _ in .leaveLoop } }
            return { _, _ in .nextIteration }
        }
    }

    /// Writes the operands of `+` and `~` one by one where they are texts, instead of joining
    /// them first.
    private mutating func output(
        _ expression: Expression,
        line: Int
    ) throws(TemplateError) -> Execution {
        var operands: [Evaluation] = []
        var isConcatenation = false
        if case .concatenation(let parts) = expression {
            isConcatenation = true
            for part in parts { operands.append(try evaluation(of: part)) }
        } else {
            for part in expression.summands { operands.append(try evaluation(of: part)) }
        }
        if operands.count == 1 {
            let value = operands[0]
            return { run, frame throws(TemplateError) in
                run.line = line
                try run.step()
                try run.write(try value(run, frame))
                return .next
            }
        }
        let (parts, isJoin) = (operands, isConcatenation)
        return { run, frame throws(TemplateError) in
            run.line = line
            try run.step()
            var values: [Value] = []
            values.reserveCapacity(parts.count)
            for part in parts { values.append(try part(run, frame)) }
            if isJoin || values.allSatisfy({ $0.text != nil }) {
                for value in values { try run.write(value) }
                return .next
            }
            var sum = values[0]
            for value in values.dropFirst() { sum = try run.binary(.add, sum, value) }
            try run.write(sum)
            return .next
        }
    }

    private mutating func conditional(
        _ branches: [Statement.Branch],
        _ otherwise: [Statement],
        line: Int
    ) throws(TemplateError) -> Execution {
        var compiled: [(test: Evaluation, body: Code)] = []
        for branch in branches {
            let test = try evaluation(of: branch.test)
            compiled.append((test, Code(statements: try executions(of: branch.body))))
        }
        let last = Code(statements: try executions(of: otherwise))
        let cases = compiled
        return { run, frame throws(TemplateError) in
            run.line = line
            for (test, body) in cases {
                try run.step()
                if try test(run, frame).isTrue { return try body.run(run, frame) }
            }
            return try last.run(run, frame)
        }
    }

    private mutating func assignBlock(
        _ target: Statement.Target,
        _ filter: Expression?,
        _ body: [Statement],
        line: Int
    ) throws(TemplateError) -> Execution {
        let assign = try assignment(to: target)
        let (code, apply) = try inScope(collecting: { $0.collect(body) }) {
            compiler throws(TemplateError) in
            let code = try compiler.code(of: body)
            guard let filter else { return (code, FilterApplication?.none) }
            return (code, try compiler.blockFilter(filter))
        }
        return { run, frame throws(TemplateError) in
            let (text, flow) = try run.captured(code, frame)
            guard flow == .next else { return flow }
            run.line = line
            var value = Value.string(text)
            if let apply { value = try apply(run, frame, value) }
            try assign(run, frame, value)
            return .next
        }
    }

    private mutating func with(
        _ bindings: [(target: Statement.Target, value: Expression)],
        _ body: [Statement]
    ) throws(TemplateError) -> Execution {
        var values: [Evaluation] = []
        for binding in bindings { values.append(try evaluation(of: binding.value)) }
        let collect = { (scope: Scope) in
            for binding in bindings { scope.collect(binding.target, asParameter: true) }
            scope.collect(body)
        }
        let (targets, code) = try inScope(collecting: collect) { compiler throws(TemplateError) in
            var assignments: [Assignment] = []
            for binding in bindings {
                assignments.append(try compiler.assignment(to: binding.target))
            }
            return (assignments, try compiler.code(of: body))
        }
        let sources = values
        return { run, frame throws(TemplateError) in
            var results: [Value] = []
            for source in sources { results.append(try source(run, frame)) }
            for (assign, result) in zip(targets, results) { try assign(run, frame, result) }
            return try code.run(run, frame)
        }
    }
}

extension Expression {
    /// The operands of a chain of `+`.
    fileprivate var summands: [Expression] {
        var operands: [Expression] = []
        var rest = self
        while case .binary(.add, let left, let right) = rest {
            operands.append(right)
            rest = left
        }
        operands.append(rest)
        return operands.reversed()
    }
}

extension Run {
    func write(_ value: Value) throws(TemplateError) {
        if case .string(let text) = value {
            try write(text)
        } else {
            try chargeReading(value)
            try write(PythonFormat.text(of: value))
        }
    }

    /// Runs a block and returns what it writes.
    func captured(_ code: Code, _ frame: Frame) throws(TemplateError) -> ([UInt8], Flow) {
        var flow = Flow.next
        let text = try captured { () throws(TemplateError) in flow = try code.run(self, frame) }
        return (text, flow)
    }
}

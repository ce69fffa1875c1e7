extension Compiler {
    mutating func execution(of macro: Statement.Macro) throws(TemplateError) -> Execution {
        let compiled = try compiledMacro(macro.name, macro.signature, macro.body)
        let index = scope.index(of: macro.name)
        return { run, frame in
            frame[index] = .object(Macro(compiled, definedIn: frame))
            run.keep(frame)
            return .next
        }
    }

    mutating func compiledMacro(
        _ name: String,
        _ signature: Statement.Signature,
        _ body: [Statement]
    ) throws(TemplateError) -> CompiledMacro {
        let outerLoopDepth = loopDepth
        defer { loopDepth = outerLoopDepth }
        loopDepth = 0
        let special = ["caller", "kwargs", "varargs"].filter { body.uses($0) }
        let collect = { (scope: Scope) in
            for parameter in signature.parameters { scope.declareParameter(parameter) }
            for value in signature.defaults { scope.collect(value) }
            scope.collect(body)
            for name in special { scope.declareParameter(name) }
        }
        let layout = FrameLayout(level: scope.layout.level + 1)
        return try inScope(layout: layout, collecting: collect) { compiler throws(TemplateError) in
            var defaults: [Evaluation] = []
            for value in signature.defaults {
                defaults.append(try compiler.evaluation(of: value))
            }
            let code = try compiler.code(of: body)
            return CompiledMacro(
                name,
                signature,
                defaults: defaults,
                body: code,
                depth: body.depth,
                in: compiler.scope,
                uses: special.contains
            )
        }
    }

    mutating func callBlock(
        _ signature: Statement.Signature,
        _ call: Expression,
        _ body: [Statement],
        line: Int
    ) throws(TemplateError) -> Execution {
        let macro = try compiledMacro("caller", signature, body)
        guard case .call(let callee, let arguments) = call else {
            throw TemplateError(.syntax, "expected call", line: line)
        }
        let function = try evaluation(of: callee)
        let given = try self.arguments(arguments)
        return { run, frame throws(TemplateError) in
            run.line = line
            let callee = try function(run, frame)
            var arguments = try given(run, frame)
            arguments.named.append(("caller", .object(Macro(macro, definedIn: frame))))
            try run.write(try run.call(callee, arguments))
            return .next
        }
    }
}

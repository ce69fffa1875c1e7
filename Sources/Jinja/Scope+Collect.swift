/// Which names a scope's statements use, not looking into scopes within.
extension Scope {
    func collect(_ statements: [Statement]) {
        for statement in statements { collect(statement) }
    }

    private func collect(_ statement: Statement) {
        switch statement.kind {
        case .text, .leaveLoop, .nextIteration: break
        case .output(let expression): collect(expression)
        case .loop(let loop): collect(loop.items)
        case .conditional(let branches, let otherwise): collect(branches[...], otherwise)
        case .assign(let target, let value):
            collect(value)
            collect(target)
        case .assignBlock(let target, _, _): collect(target)
        case .macro(let macro): store(macro.name)
        case .callBlock(_, let call, _): collect(call)
        case .filterBlock(let filter, _): collect(filter)
        case .with(let bindings, _): for binding in bindings { collect(binding.value) }
        case .generation: break
        }
    }

    /// An `elif` is an `if` of its own beside the others: every test is seen before any body of
    /// the next one.
    private func collect(_ branches: ArraySlice<Statement.Branch>, _ otherwise: [Statement]) {
        guard let first = branches.first else { return }
        collect(first.test)
        let rest = Array(branches.dropFirst())
        collectBranches([
            { self.collect(first.body) },
            {
                for branch in rest {
                    self.collect(branch.test)
                    self.collectBranches([{ self.collect(branch.body) }, {}, {}])
                }
            },
            { self.collect(otherwise) },
        ])
    }

    func collect(_ target: Statement.Target, asParameter: Bool = false) {
        switch target {
        case .name(let name): asParameter ? declareParameter(name) : store(name)
        case .attribute(let name, _): load(name)
        case .tuple(let targets):
            for target in targets { collect(target, asParameter: asParameter) }
        }
    }

    func collect(_ expression: Expression) {
        expression.walk { expression in
            if case .name(let name) = expression { load(name) }
        }
    }
}

extension [Statement] {
    /// Whether a statement here or within uses one of `names` as a variable.
    func uses(_ name: String) -> Bool {
        contains { statement in
            statement.expressions.contains { $0.uses(name) } || statement.children.uses(name)
        }
    }
}

extension Expression {
    fileprivate func uses(_ name: String) -> Bool {
        if case .name(name) = self { return true }
        return children.contains { $0.uses(name) }
    }
}

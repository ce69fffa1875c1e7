/// Turns statements into closures in which every name is resolved to its place.
struct Compiler {
    /// Render variables, by number.
    private(set) var variableNames: [String] = []
    private(set) var undeclared: Set<String> = []
    var scope: Scope
    /// Loops around, within the same macro.
    var loopDepth = 0

    init() { scope = Scope(within: nil, layout: FrameLayout(level: 0)) }

    mutating func compile(_ template: [Statement]) throws(TemplateError) -> Code {
        scope.collect(template)
        return try code(of: template)
    }

    /// The statements of the current scope, whose names are collected.
    mutating func code(of statements: [Statement]) throws(TemplateError) -> Code {
        let prologue = prologue()
        return Code(prologue: prologue, statements: try executions(of: statements))
    }

    mutating func executions(of statements: [Statement]) throws(TemplateError) -> [Execution] {
        var executions: [Execution] = []
        for statement in statements {
            do {
                executions.append(try execution(of: statement))
            } catch {
                throw error.located(at: statement.line)
            }
        }
        return executions
    }

    /// Runs `body` in a new scope within the current one.
    mutating func inScope<R>(
        layout: FrameLayout? = nil,
        collecting collect: (Scope) -> Void,
        _ body: (inout Compiler) throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        let outer = scope
        defer { scope = outer }
        scope = Scope(within: outer, layout: layout ?? outer.layout)
        collect(scope)
        return try body(&self)
    }

    /// Runs `body` as part of an `if`.
    mutating func softly<R>(
        _ body: (inout Compiler) throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        let wasSoft = scope.isSoft
        defer { scope.isSoft = wasSoft }
        scope.isSoft = true
        return try body(&self)
    }

    /// Sets the current scope's variables to what they are when it begins.
    mutating func prologue() -> [@Sendable (Run, Frame) -> Void] {
        var prologue: [@Sendable (Run, Frame) -> Void] = []
        for (name, start) in scope.names.starts.sorted(by: { $0.key < $1.key }) {
            switch start {
            case .parameter: break
            case .undefined:
                let index = scope.index(of: name)
                prologue.append { _, frame in frame[index] = .undefined }
            case .alias where scope.parent?.isVariable(name) ?? false:
                let (index, number) = (scope.index(of: name), number(of: name))
                prologue.append { run, frame in frame[index] = run.variable(number) }
            case .alias(let place):
                let (index, outer) = (scope.index(of: name), slot(at: place))
                prologue.append { _, frame in frame[index] = frame[outer] }
            case .resolved:
                if GlobalFunction.named(name) == nil { undeclared.insert(name) }
                guard scope.names.stored.contains(name) else { break }
                let (index, number) = (scope.index(of: name), number(of: name))
                prologue.append { run, frame in frame[index] = run.variable(number) }
            }
        }
        return prologue
    }

    // MARK: Names

    mutating func number(of variable: String) -> Int {
        if let number = variableNames.firstIndex(of: variable) { return number }
        variableNames.append(variable)
        return variableNames.count - 1
    }

    func slot(at place: Scope.Place) -> Slot {
        Slot(distance: scope.layout.level - place.level, index: place.index)
    }

    mutating func evaluation(ofName name: String) -> Evaluation {
        if !scope.isVariable(name), let place = scope.place(of: name) {
            let slot = slot(at: place)
            if slot.distance == 0 {
                let index = slot.index
                return { _, frame in frame[index] }
            }
            return { _, frame in frame[slot] }
        }
        let number = number(of: name)
        return { run, _ in run.variable(number) }
    }

    mutating func assignment(to target: Statement.Target) throws(TemplateError) -> Assignment {
        switch target {
        case .name(let name):
            let index = scope.index(of: name)
            return { _, frame, value in frame[index] = value }
        case .attribute(let name, let attribute):
            let namespace = evaluation(ofName: name)
            return { run, frame, value throws(TemplateError) in
                guard case .object(let object) = try namespace(run, frame),
                    let namespace = object as? Namespace
                else { throw .failed("cannot assign attribute on non-namespace object") }
                try run.check(value)
                namespace.set(attribute, to: value)
            }
        case .tuple(let targets):
            var assignments: [Assignment] = []
            for target in targets { assignments.append(try assignment(to: target)) }
            let parts = assignments
            return { run, frame, value throws(TemplateError) in
                let items = try run.items(of: value)
                guard items.count == parts.count else {
                    throw .failed("expected \(parts.count) values to unpack, got \(items.count)")
                }
                for (assign, item) in zip(parts, items) { try assign(run, frame, item) }
            }
        }
    }
}

extension TemplateError {
    /// This error with a line, if it has none.
    func located(at line: Int) -> TemplateError {
        var error = self
        if error.line == 0 { error.line = line }
        return error
    }
}

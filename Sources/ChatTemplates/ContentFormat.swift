package import Jinja

/// The form in which a template wants a message's content.
package enum ContentFormat: Sendable, Equatable {
    /// One text.
    case string
    /// A list of parts, each with a type.
    case openAI

    /// The format that vLLM 0.33 finds by reading the template: a template that loops over the
    /// content of a message, directly or in a macro that receives it, wants parts.
    package static func detected(in template: Template) -> ContentFormat {
        ContentLoops(in: template.statements).firstIsOverContent ? .openAI : .string
    }
}

/// The loops of a template that run over messages and over their content. Takes time linear in
/// the template's size.
private struct ContentLoops {
    private struct Loop {
        let loop: Statement.Loop
        let isInMacro: Bool
        /// Parameters of the macro around it that some call gives the content of a message.
        let contentParameters: Set<String>
    }

    private let statements: [Statement]
    private var loops: [Loop] = []
    /// What variables are assigned to, by the variable that is assigned.
    private var aliases: [String: [String]] = [:]
    private var calls: [String: [Expression.Arguments]] = [:]
    /// Variables that hold one message: those that loop over `messages` or an alias of it.
    private var messages: Set<String> = []
    /// Whether a loop over messages takes them apart, for which vLLM has no answer but the
    /// default.
    private var isUnclear = false

    init(in statements: [Statement]) {
        self.statements = statements
        for statement in statements {
            collectNames(statement)
            collectCalls(statement)
        }
        collectMessages()
        for statement in statements { collectLoops(statement, in: nil) }
    }

    /// Whether there is such a loop. One that takes its items apart does not count, and hides
    /// those after it.
    var firstIsOverContent: Bool {
        guard !isUnclear, let first = loops.first(where: isOverContent) else { return false }
        if case .name = first.loop.target { return true }
        return false
    }

    private func isOverContent(_ loop: Loop) -> Bool {
        let items = loop.loop.items
        if isContent(items) { return true }
        guard case .name(let name) = items else { return false }
        return loop.contentParameters.contains(name) || (!loop.isInMacro && name == "content")
    }

    private func isContent(_ value: Expression) -> Bool {
        value.contentOwner.map { messages.contains($0) } ?? false
    }

    private mutating func collectNames(_ statement: Statement) {
        if case .assign(let target, let value) = statement.kind { collectAlias(target, value) }
        for child in statement.children { collectNames(child) }
    }

    private mutating func collectAlias(_ target: Statement.Target, _ value: Expression) {
        switch target {
        case .name(let name):
            if let source = value.accessedPath { aliases[source, default: []].append(name) }
            guard case .call(.name("namespace"), let arguments) = value else { return }
            for (attribute, value) in arguments.named {
                guard let source = value.accessedPath else { continue }
                aliases[source, default: []].append("\(name).\(attribute)")
            }
        case .attribute(let name, let attribute):
            guard let source = value.accessedPath else { return }
            aliases[source, default: []].append("\(name).\(attribute)")
        case .tuple: break
        }
    }

    private mutating func collectCalls(_ statement: Statement) {
        var calls = calls
        statement.walkExpressions { expression in
            if case .call(.name(let name), let arguments) = expression {
                calls[name, default: []].append(arguments)
            }
        }
        self.calls = calls
    }

    private mutating func collectMessages() {
        var sources: Set = ["messages"]
        var open = ["messages"]
        while let source = open.popLast() {
            for alias in aliases[source] ?? [] where sources.insert(alias).inserted {
                open.append(alias)
            }
        }
        var found: Set<String> = []
        var isUnclear = false
        for statement in statements {
            statement.walk { statement in
                guard case .loop(let loop) = statement.kind, let path = loop.items.accessedPath,
                    sources.contains(path)
                else { return }
                if case .name(let name) = loop.target {
                    found.insert(name)
                } else {
                    isUnclear = true
                }
            }
        }
        messages = found
        self.isUnclear = isUnclear
    }

    private mutating func collectLoops(_ statement: Statement, in parameters: Set<String>?) {
        var parameters = parameters
        switch statement.kind {
        case .loop(let loop):
            loops.append(
                Loop(
                    loop: loop,
                    isInMacro: parameters != nil,
                    contentParameters: parameters ?? []
                )
            )
        case .macro(let macro): parameters = contentParameters(of: macro)
        default: break
        }
        for child in statement.children { collectLoops(child, in: parameters) }
    }

    private func contentParameters(of macro: Statement.Macro) -> Set<String> {
        let parameters = macro.signature.parameters
        var found: Set<String> = []
        for arguments in calls[macro.name] ?? [] {
            for (parameter, value) in zip(parameters, arguments.positional) where isContent(value) {
                found.insert(parameter)
            }
            for (name, value) in arguments.named where parameters.contains(name) && isContent(value)
            {
                found.insert(name)
            }
        }
        return found
    }
}

extension Expression {
    /// This without the filters, tests and slices that are applied to it.
    private var bare: Expression {
        switch self {
        case .filter(let operand?, _): operand.bare
        case .test(let operand, _): operand.bare
        case .item(let base, .slice): base.bare
        default: self
        }
    }

    /// `a.b` if this is the attribute `b` of the variable `a`, or a part of it.
    fileprivate var accessedPath: String? { bare.path }

    private var path: String? {
        switch self {
        case .name(let name): name
        case .attribute(let base, let attribute): base.path.map { "\($0).\(attribute)" }
        default: nil
        }
    }

    /// `a` if this is the content of `a`, or a part of it.
    fileprivate var contentOwner: String? {
        switch bare {
        case .item(let base, .constant(.string(let key))):
            key == Array("content".utf8) ? base.path : nil
        case .attribute(let base, "content"): base.path
        default: nil
        }
    }
}

/// A statement of a template, as it is written, with the line that it begins on.
package struct Statement: Sendable {
    package let line: Int
    package let kind: Kind

    package indirect enum Kind: Sendable {
        /// Text outside of any tag.
        case text([UInt8])
        case output(Expression)
        case loop(Loop)
        case conditional([Branch], otherwise: [Statement])
        case assign(Target, Expression)
        /// `{% set target | filter %}…{% endset %}`
        case assignBlock(Target, filter: Expression?, [Statement])
        case macro(Macro)
        /// `{% call(parameters) macro() %}…{% endcall %}`
        case callBlock(Signature, Expression, [Statement])
        case filterBlock(Expression, [Statement])
        case with([(target: Target, value: Expression)], [Statement])
        /// `{% generation %}…{% endgeneration %}`: what the assistant wrote.
        case generation([Statement])
        case leaveLoop
        case nextIteration
    }

    /// What a value is assigned to.
    package indirect enum Target: Sendable {
        case name(String)
        /// `namespace.attribute`
        case attribute(of: String, String)
        case tuple([Target])
    }

    package struct Loop: Sendable {
        package var target: Target
        package var items: Expression
        package var test: Expression?
        package var body: [Statement]
        package var otherwise: [Statement]
    }

    package struct Branch: Sendable {
        package var test: Expression
        package var body: [Statement]
    }

    package struct Signature: Sendable {
        package var parameters: [String] = []
        /// Of the last parameters.
        package var defaults: [Expression] = []
    }

    package struct Macro: Sendable {
        package var name: String
        package var signature: Signature
        package var body: [Statement]
    }
}

extension Statement {
    /// The expressions directly in this statement, not those of statements within it.
    package var expressions: [Expression] {
        switch kind {
        case .text, .generation, .leaveLoop, .nextIteration: []
        case .output(let expression), .assign(_, let expression): [expression]
        case .loop(let loop): [loop.items] + (loop.test.map { [$0] } ?? [])
        case .conditional(let branches, _): branches.map(\.test)
        case .assignBlock(_, let filter, _): filter.map { [$0] } ?? []
        case .macro(let macro): macro.signature.defaults
        case .callBlock(let signature, let call, _): [call] + signature.defaults
        case .filterBlock(let filter, _): [filter]
        case .with(let bindings, _): bindings.map(\.value)
        }
    }

    /// The statements directly within this one.
    package var children: [Statement] {
        switch kind {
        case .text, .output, .assign, .leaveLoop, .nextIteration: []
        case .loop(let loop): loop.body + loop.otherwise
        case .conditional(let branches, let otherwise): branches.flatMap(\.body) + otherwise
        case .assignBlock(_, _, let body), .callBlock(_, _, let body), .filterBlock(_, let body),
            .with(_, let body), .generation(let body):
            body
        case .macro(let macro): macro.body
        }
    }

    /// Calls `visit` with this statement and all within, each before its children.
    package func walk<E: Error>(_ visit: (Statement) throws(E) -> Void) throws(E) {
        try visit(self)
        for child in children { try child.walk(visit) }
    }

    /// Calls `visit` with every expression of this statement and of those within.
    package func walkExpressions<E: Error>(_ visit: (Expression) throws(E) -> Void) throws(E) {
        try walk { statement throws(E) in
            for expression in statement.expressions { try expression.walk(visit) }
        }
    }
}

extension [Statement] {
    /// How deep statements and expressions are nested. Recurses so deep, which the parser bounds.
    var depth: Int {
        var deepest = 0
        for statement in self {
            let expressions = statement.expressions.map(\.depth).max() ?? 0
            deepest = Swift.max(deepest, expressions, statement.children.depth)
        }
        return isEmpty ? 0 : deepest + 1
    }
}

extension Expression {
    fileprivate var depth: Int { (children.map(\.depth).max() ?? 0) + 1 }
}

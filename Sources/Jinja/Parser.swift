/// Reads tokens into statements, by Jinja2's grammar with the extensions that transformers adds:
/// loop controls and `generation`.
struct Parser {
    private let tokens: [Token]
    private var position = 0
    private let nestingMax: Int
    private var nesting = 0

    /// - Throws: `.syntax`, and `.unsupported` for tags that are Jinja2's but not chat templates'.
    static func parse(
        _ source: [UInt8],
        limits: TemplateLimits
    ) throws(TemplateError) -> [Statement] {
        guard source.count <= limits.sourceBytesMax else {
            throw .limit("the template has more than \(limits.sourceBytesMax) bytes")
        }
        var parser = Parser(try Lexer.tokens(of: source), nestingMax: limits.nestingMax)
        let (body, _) = try parser.parseBody(until: [])
        for statement in body {
            try statement.walk { statement throws(TemplateError) in
                for expression in statement.expressions {
                    try checkDepth(of: expression, line: statement.line)
                }
            }
        }
        return body
    }

    /// Chains of operators are deep trees that the parser does not recurse for; others do.
    private static func checkDepth(
        of expression: Expression,
        line: Int
    ) throws(TemplateError) {
        var open = [(expression, 1)]
        while let (next, depth) = open.popLast() {
            guard depth <= expressionDepthMax else {
                throw TemplateError(.limit, "an expression is too deep", line: line)
            }
            for child in next.children { open.append((child, depth + 1)) }
        }
    }

    private static let expressionDepthMax = 250

    private init(_ tokens: [Token], nestingMax: Int) {
        (self.tokens, self.nestingMax) = (tokens, nestingMax)
    }

    // MARK: Tokens

    var current: Token { tokens[position] }
    var next: Token { tokens[min(position + 1, tokens.count - 1)] }

    mutating func advance() { position = min(position + 1, tokens.count - 1) }

    mutating func skip(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skip(name: String) -> Bool {
        guard current.kind == .name(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws(TemplateError) {
        guard current.kind == kind else { throw unexpected("expected \(kind.description)") }
        advance()
    }

    mutating func expect(_ symbol: Token.Symbol) throws(TemplateError) {
        try expect(.symbol(symbol))
    }

    mutating func expectName() throws(TemplateError) -> String {
        guard case .name(let name) = current.kind else { throw unexpected("expected a name") }
        advance()
        return name
    }

    func unexpected(_ what: String) -> TemplateError {
        syntaxError("\(what), got '\(current.kind.description)'")
    }

    func syntaxError(_ message: String) -> TemplateError {
        TemplateError(.syntax, message, line: current.line)
    }

    /// Runs `body` one level deeper.
    mutating func nested<R>(
        _ body: (inout Parser) throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= nestingMax else {
            throw TemplateError(.limit, "nested too deeply", line: current.line)
        }
        return try body(&self)
    }

    // MARK: Statements

    /// Parses statements up to a tag that begins with one of `ends`, or, for none, up to the end
    /// of the template. That name is skipped, the rest of its tag is not.
    mutating func parseBody(
        until ends: [String]
    ) throws(TemplateError) -> (body: [Statement], end: String) {
        try nested { parser throws(TemplateError) in
            var body: [Statement] = []
            while true {
                let line = parser.current.line
                switch parser.current.kind {
                case .text(let text):
                    parser.advance()
                    body.append(Statement(line: line, kind: .text(text)))
                case .outputBegin:
                    parser.advance()
                    let expression = try parser.parseTuple()
                    try parser.expect(.outputEnd)
                    body.append(Statement(line: line, kind: .output(expression)))
                case .statementBegin:
                    parser.advance()
                    let name = try parser.expectName()
                    if ends.contains(name) { return (body, name) }
                    let kind = try parser.parseStatement(name, line: line)
                    body.append(Statement(line: line, kind: kind))
                case .end where ends.isEmpty: return (body, "")
                default: throw parser.unexpected("expected \(ends.joined(separator: " or "))")
                }
            }
        }
    }

    /// Parses what is within `{% x %}…{% endx %}`, from after the tag's opening on.
    private mutating func parseBlock(
        until end: String
    ) throws(TemplateError) -> [Statement] {
        try expect(.statementEnd)
        let (body, _) = try parseBody(until: [end])
        try expect(.statementEnd)
        return body
    }

    private mutating func parseStatement(
        _ name: String,
        line: Int
    ) throws(TemplateError) -> Statement.Kind {
        switch name {
        case "if": return try parseConditional()
        case "for": return try parseLoop()
        case "set": return try parseSet()
        case "macro":
            let macroName = try expectName()
            let signature = try parseSignature()
            let body = try parseBlock(until: "endmacro")
            return .macro(.init(name: macroName, signature: signature, body: body))
        case "call": return try parseCallBlock()
        case "filter":
            let filter = try parseFilter(of: nil)
            return .filterBlock(filter, try parseBlock(until: "endfilter"))
        case "with": return try parseWith()
        case "generation": return .generation(try parseBlock(until: "endgeneration"))
        case "print":
            let expression = try parseTuple()
            try expect(.statementEnd)
            return .output(expression)
        case "break", "continue":
            try expect(.statementEnd)
            return name == "break" ? .leaveLoop : .nextIteration
        case "block", "extends", "include", "import", "from", "autoescape":
            throw TemplateError(.unsupported, "the tag '\(name)'", line: line)
        default: throw syntaxError("unknown tag '\(name)'")
        }
    }

    private mutating func parseConditional() throws(TemplateError) -> Statement.Kind {
        var branches: [Statement.Branch] = []
        var end = "elif"
        while end == "elif" {
            let test = try parseTuple(withConditional: false)
            try expect(.statementEnd)
            let body: [Statement]
            (body, end) = try parseBody(until: ["elif", "else", "endif"])
            branches.append(.init(test: test, body: body))
        }
        var otherwise: [Statement] = []
        if end == "else" {
            try expect(.statementEnd)
            (otherwise, _) = try parseBody(until: ["endif"])
        }
        try expect(.statementEnd)
        return .conditional(branches, otherwise: otherwise)
    }

    private mutating func parseLoop() throws(TemplateError) -> Statement.Kind {
        let target = try parseTarget(endedByIn: true)
        guard skip(name: "in") else { throw unexpected("expected in") }
        let items = try parseTuple(withConditional: false, endNames: ["recursive"])
        let test = skip(name: "if") ? try parseExpression() : nil
        if current.kind == .name("recursive") {
            throw TemplateError(.unsupported, "a recursive loop", line: current.line)
        }
        try expect(.statementEnd)
        let (body, end) = try parseBody(until: ["endfor", "else"])
        var otherwise: [Statement] = []
        if end == "else" {
            try expect(.statementEnd)
            (otherwise, _) = try parseBody(until: ["endfor"])
        }
        try expect(.statementEnd)
        return .loop(
            .init(target: target, items: items, test: test, body: body, otherwise: otherwise)
        )
    }

    private mutating func parseSet() throws(TemplateError) -> Statement.Kind {
        let target = try parseTarget(withNamespaces: true)
        if skip(.assign) {
            let value = try parseTuple()
            try expect(.statementEnd)
            return .assign(target, value)
        }
        var filter: Expression?
        while current.kind == .symbol(.pipe) {
            advance()
            filter = try parseFilter(of: filter)
        }
        return .assignBlock(target, filter: filter, try parseBlock(until: "endset"))
    }

    private mutating func parseCallBlock() throws(TemplateError) -> Statement.Kind {
        let hasSignature = current.kind == .symbol(.leftParenthesis)
        let signature = hasSignature ? try parseSignature() : Statement.Signature()
        let call = try parseExpression()
        guard case .call = call else { throw syntaxError("expected call") }
        return .callBlock(signature, call, try parseBlock(until: "endcall"))
    }

    private mutating func parseWith() throws(TemplateError) -> Statement.Kind {
        var bindings: [(target: Statement.Target, value: Expression)] = []
        while current.kind != .statementEnd {
            if !bindings.isEmpty { try expect(.comma) }
            let target = try parseTarget()
            try expect(.assign)
            bindings.append((target, try parseExpression()))
        }
        return .with(bindings, try parseBlock(until: "endwith"))
    }

    private mutating func parseSignature() throws(TemplateError) -> Statement.Signature {
        var signature = Statement.Signature()
        try expect(.leftParenthesis)
        while !skip(.rightParenthesis) {
            if !signature.parameters.isEmpty { try expect(.comma) }
            signature.parameters.append(try expectName())
            if skip(.assign) {
                signature.defaults.append(try parseExpression())
            } else if !signature.defaults.isEmpty {
                throw syntaxError("non-default argument follows default argument")
            }
        }
        return signature
    }
}

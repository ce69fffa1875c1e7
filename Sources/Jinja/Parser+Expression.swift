/// Expressions, from the loosest binding operator to the tightest.
extension Parser {
    /// One expression, or several with commas between, which make a tuple.
    mutating func parseTuple(
        withConditional: Bool = true,
        endNames: [String] = [],
        inParentheses: Bool = false
    ) throws(TemplateError) -> Expression {
        var items: [Expression] = []
        var isTuple = false
        while !isTupleEnd(endNames) {
            items.append(try withConditional ? parseExpression() : parseOr())
            guard skip(.comma) else { break }
            isTuple = true
        }
        if !isTuple {
            if let only = items.first { return only }
            guard inParentheses else { throw unexpected("expected an expression") }
        }
        return .tuple(items)
    }

    private func isTupleEnd(_ endNames: [String]) -> Bool {
        switch current.kind {
        case .outputEnd, .statementEnd, .symbol(.rightParenthesis): true
        case .name(let name): endNames.contains(name)
        default: false
        }
    }

    mutating func parseExpression() throws(TemplateError) -> Expression {
        try nested { parser throws(TemplateError) in
            var expression = try parser.parseOr()
            while parser.skip(name: "if") {
                let test = try parser.parseOr()
                let otherwise = parser.skip(name: "else") ? try parser.parseExpression() : nil
                expression = .conditional(test: test, then: expression, otherwise: otherwise)
            }
            return expression
        }
    }

    private mutating func parseOr() throws(TemplateError) -> Expression {
        var left = try parseAnd()
        while skip(name: "or") { left = .binary(.or, left, try parseAnd()) }
        return left
    }

    private mutating func parseAnd() throws(TemplateError) -> Expression {
        var left = try parseNot()
        while skip(name: "and") { left = .binary(.and, left, try parseNot()) }
        return left
    }

    private mutating func parseNot() throws(TemplateError) -> Expression {
        guard skip(name: "not") else { return try parseComparison() }
        return .unary(.not, try nested { parser throws(TemplateError) in try parser.parseNot() })
    }

    private mutating func parseComparison() throws(TemplateError) -> Expression {
        let left = try parseSum()
        var others: [(kind: Expression.Comparison, right: Expression)] = []
        while let comparison = nextComparison {
            advance()
            if comparison == .isNotIn { advance() }
            others.append((comparison, try parseSum()))
        }
        return others.isEmpty ? left : .comparison(left, others)
    }

    private var nextComparison: Expression.Comparison? {
        switch current.kind {
        case .symbol(.equal): .equal
        case .symbol(.notEqual): .notEqual
        case .symbol(.less): .less
        case .symbol(.lessOrEqual): .lessOrEqual
        case .symbol(.greater): .greater
        case .symbol(.greaterOrEqual): .greaterOrEqual
        case .name("in"): .isIn
        case .name("not"): next.kind == .name("in") ? .isNotIn : nil
        default: nil
        }
    }

    private mutating func parseSum() throws(TemplateError) -> Expression {
        var left = try parseConcatenation()
        while true {
            if skip(.add) {
                left = .binary(.add, left, try parseConcatenation())
            } else if skip(.subtract) {
                left = .binary(.subtract, left, try parseConcatenation())
            } else {
                return left
            }
        }
    }

    private mutating func parseConcatenation() throws(TemplateError) -> Expression {
        var parts = [try parseProduct()]
        while skip(.concatenate) { parts.append(try parseProduct()) }
        return parts.count == 1 ? parts[0] : .concatenation(parts)
    }

    private mutating func parseProduct() throws(TemplateError) -> Expression {
        var left = try parsePower()
        while true {
            let operation: Expression.BinaryOperator
            switch current.kind {
            case .symbol(.multiply): operation = .multiply
            case .symbol(.divide): operation = .divide
            case .symbol(.floorDivide): operation = .floorDivide
            case .symbol(.modulo): operation = .modulo
            default: return left
            }
            advance()
            left = .binary(operation, left, try parsePower())
        }
    }

    /// Associates to the left, unlike Python's.
    private mutating func parsePower() throws(TemplateError) -> Expression {
        var left = try parseUnary()
        while skip(.power) { left = .binary(.power, left, try parseUnary()) }
        return left
    }

    private mutating func parseUnary(withFilters: Bool = true) throws(TemplateError) -> Expression {
        var expression: Expression
        if skip(.subtract) {
            expression = .unary(.minus, try parseSigned())
        } else if skip(.add) {
            expression = .unary(.plus, try parseSigned())
        } else {
            expression = try parsePrimary()
        }
        expression = try parsePostfix(expression)
        return withFilters ? try parseFilters(expression) : expression
    }

    private mutating func parseSigned() throws(TemplateError) -> Expression {
        try nested { parser throws(TemplateError) in try parser.parseUnary(withFilters: false) }
    }

    /// The argument of a test that is written without parentheses.
    mutating func parseTestArgument() throws(TemplateError) -> Expression {
        try parsePostfix(try parsePrimary())
    }

    private mutating func parsePrimary() throws(TemplateError) -> Expression {
        switch current.kind {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return .constant(.bool(true))
            case "false", "False": return .constant(.bool(false))
            case "none", "None": return .constant(.none)
            default: return .name(name)
            }
        case .string(var text):
            advance()
            while case .string(let more) = current.kind {
                text += more
                advance()
            }
            return .constant(.string(text))
        case .number(let number):
            advance()
            return .constant(number)
        case .symbol(.leftParenthesis):
            advance()
            let expression = try nested { parser throws(TemplateError) in
                try parser.parseTuple(inParentheses: true)
            }
            try expect(.rightParenthesis)
            return expression
        case .symbol(.leftBracket): return try parseList()
        case .symbol(.leftBrace): return try parseDict()
        default: throw unexpected("expected an expression")
        }
    }

    private mutating func parseList() throws(TemplateError) -> Expression {
        try expect(.leftBracket)
        var items: [Expression] = []
        while !skip(.rightBracket) {
            if !items.isEmpty { try expect(.comma) }
            if skip(.rightBracket) { break }
            items.append(try parseExpression())
        }
        return .list(items)
    }

    private mutating func parseDict() throws(TemplateError) -> Expression {
        try expect(.leftBrace)
        var pairs: [(key: Expression, value: Expression)] = []
        while !skip(.rightBrace) {
            if !pairs.isEmpty { try expect(.comma) }
            if skip(.rightBrace) { break }
            let key = try parseExpression()
            try expect(.colon)
            pairs.append((key, try parseExpression()))
        }
        return .dict(pairs)
    }
}

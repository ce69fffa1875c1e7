/// What follows an expression: attributes, items, calls, filters and tests.
extension Parser {
    mutating func parsePostfix(_ base: Expression) throws(TemplateError) -> Expression {
        var expression = base
        while true {
            switch current.kind {
            case .symbol(.dot), .symbol(.leftBracket): expression = try parseSubscript(expression)
            case .symbol(.leftParenthesis): expression = .call(expression, try parseArguments())
            default: return expression
            }
        }
    }

    mutating func parseFilters(_ operand: Expression) throws(TemplateError) -> Expression {
        var expression = operand
        while true {
            switch current.kind {
            case .symbol(.pipe):
                advance()
                expression = try parseFilter(of: expression)
            case .name("is"): expression = try parseTest(of: expression)
            // Calls are also valid after a filter.
            case .symbol(.leftParenthesis): expression = .call(expression, try parseArguments())
            default: return expression
            }
        }
    }

    /// Parses the name of a filter and its arguments, after the `|`, and of filters after it if
    /// this one is for a block.
    mutating func parseFilter(of operand: Expression?) throws(TemplateError) -> Expression {
        let line = current.line
        let name = try parseDottedName()
        var arguments = Expression.Arguments()
        if current.kind == .symbol(.leftParenthesis) { arguments = try parseArguments() }
        let application = Expression.Application(name: name, arguments: arguments, line: line)
        let filter = Expression.filter(operand, application)
        guard operand == nil, skip(.pipe) else { return filter }
        return try nested { parser throws(TemplateError) in try parser.parseFilter(of: filter) }
    }

    private mutating func parseTest(of operand: Expression) throws(TemplateError) -> Expression {
        let line = current.line
        advance()
        let isNegated = skip(name: "not")
        let name = try parseDottedName()
        var arguments = Expression.Arguments()
        switch current.kind {
        case .symbol(.leftParenthesis): arguments = try parseArguments()
        case .name("else"), .name("or"), .name("and"): break
        case .name("is"): throw syntaxError("You cannot chain multiple tests with is")
        case .name, .string, .number, .symbol(.leftBracket), .symbol(.leftBrace):
            arguments.positional = [try parseTestArgument()]
        default: break
        }
        let application = Expression.Application(name: name, arguments: arguments, line: line)
        let test = Expression.test(operand, application)
        return isNegated ? .unary(.not, test) : test
    }

    private mutating func parseDottedName() throws(TemplateError) -> String {
        var name = try expectName()
        while skip(.dot) { name += "." + (try expectName()) }
        return name
    }

    private mutating func parseSubscript(_ base: Expression) throws(TemplateError) -> Expression {
        if skip(.dot) {
            if case .number(let number) = current.kind, case .int = number {
                advance()
                return .item(of: base, .constant(number))
            }
            return .attribute(of: base, try expectName())
        }
        try expect(.leftBracket)
        var indices: [Expression] = []
        while !skip(.rightBracket) {
            if !indices.isEmpty { try expect(.comma) }
            indices.append(try parseIndex())
        }
        guard let first = indices.first else { throw syntaxError("expected an index") }
        return .item(of: base, indices.count == 1 ? first : .tuple(indices))
    }

    private mutating func parseIndex() throws(TemplateError) -> Expression {
        var slice = Expression.Slice()
        if !skip(.colon) {
            let index = try parseExpression()
            guard skip(.colon) else { return index }
            slice.start = index
        }
        slice.stop = try parseBound()
        if skip(.colon) { slice.step = try parseBound() }
        return .slice(slice)
    }

    private mutating func parseBound() throws(TemplateError) -> Expression? {
        switch current.kind {
        case .symbol(.colon), .symbol(.rightBracket), .symbol(.comma): nil
        default: try parseExpression()
        }
    }

    mutating func parseArguments() throws(TemplateError) -> Expression.Arguments {
        try expect(.leftParenthesis)
        var arguments = Expression.Arguments()
        var isFirst = true
        while !skip(.rightParenthesis) {
            if !isFirst {
                try expect(.comma)
                if skip(.rightParenthesis) { break }
            }
            isFirst = false
            try parseArgument(into: &arguments)
        }
        return arguments
    }

    private mutating func parseArgument(
        into arguments: inout Expression.Arguments
    ) throws(TemplateError) {
        if skip(.multiply) {
            guard arguments.spread == nil, arguments.namedSpread == nil else {
                throw syntaxError("invalid syntax for function call expression")
            }
            arguments.spread = try parseExpression()
        } else if skip(.power) {
            guard arguments.namedSpread == nil else {
                throw syntaxError("invalid syntax for function call expression")
            }
            arguments.namedSpread = try parseExpression()
        } else if case .name(let name) = current.kind, next.kind == .symbol(.assign) {
            guard arguments.namedSpread == nil else {
                throw syntaxError("invalid syntax for function call expression")
            }
            advance()
            advance()
            arguments.named.append((name, try parseExpression()))
        } else {
            guard arguments.named.isEmpty, arguments.spread == nil, arguments.namedSpread == nil
            else { throw syntaxError("invalid syntax for function call expression") }
            arguments.positional.append(try parseExpression())
        }
    }
}

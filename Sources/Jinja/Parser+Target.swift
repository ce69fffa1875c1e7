/// What is assigned to.
extension Parser {
    private static let reserved: Set = [
        "true", "false", "none", "True", "False", "None",
    ]

    /// Parses `name`, `namespace.attribute` if wanted, or several with commas between.
    mutating func parseTarget(
        withNamespaces: Bool = false,
        endedByIn: Bool = false
    ) throws(TemplateError) -> Statement.Target {
        try nested { parser throws(TemplateError) in
            var targets: [Statement.Target] = []
            var isTuple = false
            while true {
                if parser.isTargetEnd(endedByIn: endedByIn) { break }
                targets.append(try parser.parseSingleTarget(withNamespaces: withNamespaces))
                guard parser.skip(.comma) else { break }
                isTuple = true
            }
            guard let first = targets.first else {
                throw parser.unexpected("expected something to assign to")
            }
            return isTuple ? .tuple(targets) : first
        }
    }

    private func isTargetEnd(endedByIn: Bool) -> Bool {
        switch current.kind {
        case .statementEnd, .symbol(.rightParenthesis), .symbol(.assign): true
        case .name("in"): endedByIn
        default: false
        }
    }

    private mutating func parseSingleTarget(
        withNamespaces: Bool
    ) throws(TemplateError) -> Statement.Target {
        if skip(.leftParenthesis) {
            let target = try parseTarget(withNamespaces: withNamespaces)
            try expect(.rightParenthesis)
            return target
        }
        let name = try expectName()
        if withNamespaces, skip(.dot) { return .attribute(of: name, try expectName()) }
        guard !Parser.reserved.contains(name) else {
            throw syntaxError("can't assign to '\(name)'")
        }
        return .name(name)
    }
}

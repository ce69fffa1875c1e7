/// A piece of a template's source.
struct Token: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Text outside of tags, whitespace control applied.
        case text([UInt8])
        case statementBegin
        case statementEnd
        case outputBegin
        case outputEnd
        case name(String)
        case string([UInt8])
        case number(Expression.Constant)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable {
        case add = "+"
        case subtract = "-"
        case divide = "/"
        case floorDivide = "//"
        case multiply = "*"
        case modulo = "%"
        case power = "**"
        case concatenate = "~"
        case leftBracket = "["
        case rightBracket = "]"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBrace = "{"
        case rightBrace = "}"
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case assign = "="
        case dot = "."
        case colon = ":"
        case pipe = "|"
        case comma = ","
        case semicolon = ";"
    }

    let kind: Kind
    let line: Int
}

extension Token.Kind {
    /// For error messages.
    var description: String {
        switch self {
        case .text: "text"
        case .statementBegin: "{%"
        case .statementEnd: "end of statement block"
        case .outputBegin: "{{"
        case .outputEnd: "end of print statement"
        case .name(let name): name
        case .string: "string"
        case .number: "number"
        case .symbol(let symbol): symbol.rawValue
        case .end: "end of template"
        }
    }
}

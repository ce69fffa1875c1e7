/// An expression of a template, as it is written.
package indirect enum Expression: Sendable {
    case constant(Constant)
    case name(String)
    case tuple([Expression])
    case list([Expression])
    case dict([(key: Expression, value: Expression)])
    case attribute(of: Expression, String)
    case item(of: Expression, Expression)
    /// Only as the index of an `item`.
    case slice(Slice)
    case call(Expression, Arguments)
    /// No operand where the filter is applied to a block.
    case filter(Expression?, Application)
    case test(Expression, Application)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case concatenation([Expression])
    case comparison(Expression, [(kind: Comparison, right: Expression)])
    case conditional(test: Expression, then: Expression, otherwise: Expression?)

    package enum Constant: Sendable, Equatable {
        case none
        case bool(Bool)
        case int(Int)
        /// Decimal digits of an integer that does not fit.
        case bigInt([UInt8])
        case float(Double)
        case string([UInt8])
    }

    package struct Slice: Sendable {
        package var start: Expression?
        package var stop: Expression?
        package var step: Expression?
    }

    package struct Arguments: Sendable {
        package var positional: [Expression] = []
        package var named: [(name: String, value: Expression)] = []
        /// `*expression`
        package var spread: Expression?
        /// `**expression`
        package var namedSpread: Expression?
    }

    /// A filter or a test with its arguments.
    package struct Application: Sendable {
        package var name: String
        package var arguments: Arguments
        package var line: Int
    }

    package enum UnaryOperator: Sendable { case not, minus, plus }

    package enum BinaryOperator: Sendable {
        case or, and, add, subtract, multiply, divide, floorDivide, modulo, power
    }

    package enum Comparison: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isIn, isNotIn
    }
}

extension Expression.Arguments {
    package var expressions: [Expression] {
        positional + named.map(\.value) + [spread, namedSpread].compactMap(\.self)
    }
}

extension Expression {
    /// The expressions directly within this one, in the order of the source.
    package var children: [Expression] {
        switch self {
        case .constant, .name: []
        case .tuple(let items), .list(let items), .concatenation(let items): items
        case .dict(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .attribute(let base, _): [base]
        case .item(let base, let index): [base, index]
        case .slice(let slice): [slice.start, slice.stop, slice.step].compactMap(\.self)
        case .call(let callee, let arguments): [callee] + arguments.expressions
        case .filter(let operand, let filter):
            (operand.map { [$0] } ?? []) + filter.arguments.expressions
        case .test(let operand, let test): [operand] + test.arguments.expressions
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .comparison(let left, let others): [left] + others.map(\.right)
        case .conditional(let test, let then, let otherwise):
            [test, then] + (otherwise.map { [$0] } ?? [])
        }
    }

    /// Calls `visit` with this expression and all within, each before its children.
    package func walk<E: Error>(_ visit: (Expression) throws(E) -> Void) throws(E) {
        try visit(self)
        for child in children { try child.walk(visit) }
    }
}

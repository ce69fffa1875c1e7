/// Python's operators on numbers, texts and lists. Integers that outgrow `Int` are refused: no
/// template counts that far.
extension Run {
    func binary(
        _ operation: Expression.BinaryOperator,
        _ left: Value,
        _ right: Value
    ) throws(TemplateError) -> Value {
        switch operation {
        case .add: try sum(left, right)
        case .multiply: try product(left, right)
        case .modulo:
            if case .string(let format) = left {
                try charged(.string(PercentFormat.format(format, with: right, in: self)))
            } else {
                try numeric(operation, left, right)
            }
        default: try numeric(operation, left, right)
        }
    }

    private func sum(_ left: Value, _ right: Value) throws(TemplateError) -> Value {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try charge(bytes: left.count + right.count)
            return .string(left + right)
        case (.list(let left), .list(let right)):
            return try list(left.items + right.items)
        case (.tuple(let left), .tuple(let right)):
            return .tuple(try checked(left.items + right.items))
        default: return try numeric(.add, left, right)
        }
    }

    private func product(_ left: Value, _ right: Value) throws(TemplateError) -> Value {
        switch (left, Self.count(right)) {
        case (.string(let text), let count?): return try repeated(text, count)
        case (.list(let list), let count?):
            return try self.list(try repeated(list.items, count))
        case (.tuple(let tuple), let count?):
            return .tuple(try checked(try repeated(tuple.items, count)))
        default: break
        }
        switch (right, Self.count(left)) {
        case (.string, _?), (.list, _?), (.tuple, _?): return try product(right, left)
        default: return try numeric(.multiply, left, right)
        }
    }

    private static func count(_ value: Value) -> Int? {
        switch value {
        case .int(let count): max(count, 0)
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    func repeated(_ text: [UInt8], _ count: Int) throws(TemplateError) -> Value {
        let (size, overflow) = text.count.multipliedReportingOverflow(by: count)
        guard !overflow else { throw .limit("a text repeated too often") }
        try charge(bytes: size)
        var result: [UInt8] = []
        result.reserveCapacity(size)
        if size > 0 { for _ in 0..<count { result += text } }
        return .string(result)
    }

    private func repeated(_ items: [Value], _ count: Int) throws(TemplateError) -> [Value] {
        let (size, overflow) = items.count.multipliedReportingOverflow(by: count)
        guard !overflow else { throw .limit("a list repeated too often") }
        try charge(items: size)
        var result: [Value] = []
        if size > 0 { for _ in 0..<count { result += items } }
        return result
    }

    // MARK: Numbers

    private func numeric(
        _ operation: Expression.BinaryOperator,
        _ left: Value,
        _ right: Value
    ) throws(TemplateError) -> Value {
        guard let first = Number(left), let second = Number(right) else {
            throw .failed(
                "unsupported operand type(s): '\(left.typeName)' and '\(right.typeName)'"
            )
        }
        if case .int(let first) = first, case .int(let second) = second {
            return try integer(operation, first, second)
        }
        let isFloat = left.isFloat || right.isFloat || operation == .divide
        guard isFloat else { throw .limit("arithmetic with an integer beyond 64 bits") }
        return .float(try real(operation, first.double, second.double))
    }

    private func integer(
        _ operation: Expression.BinaryOperator,
        _ left: Int,
        _ right: Int
    ) throws(TemplateError) -> Value {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide: return .float(try real(.divide, Double(left), Double(right)))
        case .floorDivide, .modulo:
            guard right != 0 else { throw .failed("integer division or modulo by zero") }
            let quotient = left.dividedReportingOverflow(by: right)
            let remainder = left.remainderReportingOverflow(dividingBy: right).partialValue
            let isRounded = remainder != 0 && (remainder < 0) != (right < 0)
            if operation == .modulo { return .int(isRounded ? remainder + right : remainder) }
            result = (quotient.partialValue - (isRounded ? 1 : 0), quotient.overflow)
        case .power: return try power(left, right)
        case .or, .and: preconditionFailure("is evaluated by its operands' truth")
        }
        guard !result.overflow else { throw .limit("an integer beyond 64 bits") }
        return .int(result.partialValue)
    }

    private func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Value {
        if exponent < 0 { return .float(try real(.power, Double(base), Double(exponent))) }
        switch base {
        case 0: return .int(exponent == 0 ? 1 : 0)
        case 1: return .int(1)
        case -1: return .int(exponent % 2 == 0 ? 1 : -1)
        default: break
        }
        var result = 1
        // Any other base overflows within 64 rounds.
        for _ in 0..<min(exponent, 64) {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw .limit("an integer beyond 64 bits") }
            result = product
        }
        return .int(result)
    }

    private func real(
        _ operation: Expression.BinaryOperator,
        _ left: Double,
        _ right: Double
    ) throws(TemplateError) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .power: return try PythonMath.power(left, right)
        default: break
        }
        guard right != 0 else { throw .failed("float division by zero") }
        if operation == .divide { return left / right }
        var remainder = left.truncatingRemainder(dividingBy: right)
        if remainder == 0 {
            remainder = right.sign == .minus ? -0.0 : 0.0
        } else if (remainder < 0) != (right < 0) {
            remainder += right
        }
        if operation == .modulo { return remainder }
        let quotient = (left - remainder) / right
        let floor = quotient.rounded(.down)
        return quotient - floor > 0.5 ? floor + 1 : floor
    }

    func unary(
        _ operation: Expression.UnaryOperator,
        _ operand: Value
    ) throws(TemplateError) -> Value {
        if operation == .not { return .bool(!operand.isTrue) }
        switch Number(operand) {
        case nil: throw .failed("bad operand type for unary -: '\(operand.typeName)'")
        case .int(let value)?:
            if operation == .plus { return .int(value) }
            guard value != .min else { throw .limit("an integer beyond 64 bits") }
            return .int(-value)
        case .float(let value)?: return .float(operation == .plus ? value : -value)
        case .bigInt(let digits)?:
            if operation == .plus { return operand }
            let minus = UInt8(ascii: "-")
            return .bigInt(digits.first == minus ? Array(digits.dropFirst()) : [minus] + digits)
        }
    }
}

extension Value {
    fileprivate var isFloat: Bool { if case .float = self { true } else { false } }
}

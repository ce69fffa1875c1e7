/// A test of Jinja2: what follows `is`.
enum ValueTest: String, Sendable {
    case boolean, callable, defined, divisibleby, eq, escaped, even, `false`, filter, float, ge, gt
    case `in`, integer, iterable, le, lower, lt, mapping, ne, none, number, odd, sameas, sequence
    case string, test, `true`, undefined, upper

    init?(named name: String) {
        switch name {
        case "==", "equalto": self = .eq
        case "!=": self = .ne
        case ">", "greaterthan": self = .gt
        case ">=": self = .ge
        case "<", "lessthan": self = .lt
        case "<=": self = .le
        default: self.init(rawValue: name)
        }
    }

    func holds(
        for value: Value,
        _ arguments: CallArguments,
        _ run: Run
    ) throws(TemplateError) -> Bool {
        let given = try arguments.bound(to: takesArgument ? ["other"] : [], of: rawValue)
        if takesArgument {
            guard let other = given[0] else {
                throw .failed("\(rawValue)() misses an argument")
            }
            return try holds(for: value, other, run)
        }
        switch (self, value) {
        case (.defined, _): return !value.isUndefined
        case (.undefined, .undefined), (.none, .none), (.boolean, .bool), (.float, .float):
            return true
        case (.true, .bool(let flag)): return flag
        case (.false, .bool(let flag)): return !flag
        case (.integer, .int), (.integer, .bigInt), (.string, .string), (.mapping, .dict):
            return true
        case (.number, _): return Number(value) != nil
        case (.iterable, _), (.sequence, _): return isSequence(value)
        case (.callable, .object(let object)): return object.isCallable
        // Undefined raises when it is called, but it can be.
        case (.callable, .undefined): return true
        case (.lower, _): return PythonText.isCased(PythonFormat.text(of: value), upper: false)
        case (.upper, _): return PythonText.isCased(PythonFormat.text(of: value), upper: true)
        case (.odd, _): return try remainder(of: value, by: .int(2), run) == 1
        case (.even, _): return try remainder(of: value, by: .int(2), run) == 0
        case (.filter, .string(let name)):
            return Filter(rawValue: String(decoding: name, as: UTF8.self)) != nil
        case (.test, .string(let name)):
            return ValueTest(named: String(decoding: name, as: UTF8.self)) != nil
        default: return false
        }
    }

    private var takesArgument: Bool {
        switch self {
        case .divisibleby, .eq, .ne, .lt, .le, .gt, .ge, .in, .sameas: true
        default: false
        }
    }

    private func isSequence(_ value: Value) -> Bool {
        switch value {
        case .undefined, .string, .list, .tuple, .dict: return true
        case .object(let object):
            return object is Range
                || (self == .iterable && (object is Sequence || object is LoopState))
        default: return false
        }
    }

    private func holds(
        for value: Value,
        _ other: Value,
        _ run: Run
    ) throws(TemplateError) -> Bool {
        switch self {
        case .eq: try run.compare(.equal, value, other)
        case .ne: try run.compare(.notEqual, value, other)
        case .lt: try run.compare(.less, value, other)
        case .le: try run.compare(.lessOrEqual, value, other)
        case .gt: try run.compare(.greater, value, other)
        case .ge: try run.compare(.greaterOrEqual, value, other)
        case .in: try run.contains(other, value)
        case .divisibleby: try remainder(of: value, by: other, run) == 0
        default: isSame(value, other)
        }
    }

    private func remainder(
        of value: Value,
        by divisor: Value,
        _ run: Run
    ) throws(TemplateError) -> Double {
        guard let divisor = Number(divisor), Number(value) != nil else {
            throw .failed("a number is required")
        }
        let plain: Value
        switch divisor {
        case .int(let number): plain = .int(number)
        case .bigInt(let digits): plain = .bigInt(digits)
        case .float(let number): plain = .float(number)
        }
        return Number(try run.binary(.modulo, value, plain))?.double ?? 0
    }

    /// Python's `is`. Texts and numbers that are equal count as the same.
    private func isSame(_ value: Value, _ other: Value) -> Bool {
        switch (value, other) {
        case (.none, .none): true
        case (.bool(let value), .bool(let other)): value == other
        case (.int(let value), .int(let other)): value == other
        case (.string(let value), .string(let other)): value == other
        case (.list(let value), .list(let other)), (.tuple(let value), .tuple(let other)):
            value === other
        case (.dict(let value), .dict(let other)): value === other
        case (.object(let value), .object(let other)): value === other
        default: false
        }
    }
}

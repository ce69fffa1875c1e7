/// Python's `%` on a text.
enum PercentFormat {
    static func format(
        _ format: [UInt8],
        with operand: Value,
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        var arguments: [Value] = [operand]
        if case .tuple(let tuple) = operand { arguments = tuple.items }
        var next = 0
        func take() throws(TemplateError) -> Value {
            guard next < arguments.count else { throw .failed("not enough arguments for format") }
            next += 1
            return arguments[next - 1]
        }

        var result: [UInt8] = []
        let scalars = PythonText.scalars(of: format)
        var index = 0
        func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
        while let scalar = peek() {
            index += 1
            guard scalar == "%" else {
                PythonText.append(scalar, to: &result)
                continue
            }
            var key: Value?
            if peek() == "(" {
                guard let end = scalars[index...].firstIndex(of: ")") else {
                    throw .failed("incomplete format key")
                }
                key = .string(PythonText.bytes(of: scalars[(index + 1)..<end]))
                index = end + 1
            }
            var specification = FormatSpecification()
            specification.alignment = ">"
            while let flag = peek(), "-+ #0".unicodeScalars.contains(flag) {
                specification.set(flag)
                index += 1
            }
            specification.width = try number(peek(), &index, scalars, take) ?? 0
            if peek() == "." {
                index += 1
                specification.precision = try number(peek(), &index, scalars, take) ?? 0
                try specification.checkPrecision()
            }
            while let size = peek(), "hlL".unicodeScalars.contains(size) { index += 1 }
            guard let type = peek() else { throw .failed("incomplete format") }
            index += 1
            if type == "%" {
                result.append(UInt8(ascii: "%"))
                continue
            }
            let value: Value
            if let key {
                guard case .dict(let dict) = operand else {
                    throw .failed("format requires a mapping")
                }
                guard let found = dict[key] else { throw .failed("no such key in format") }
                value = found
                next = arguments.count
            } else {
                value = try take()
            }
            result += try convert(value, type, &specification)
            try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : 0)
        }
        guard next == arguments.count || operand.isIndexedByText else {
            throw .failed("not all arguments converted during string formatting")
        }
        return result
    }

    /// Digits, or `*` for the next argument.
    private static func number(
        _ first: Unicode.Scalar?,
        _ index: inout Int,
        _ scalars: [Unicode.Scalar],
        _ take: () throws(TemplateError) -> Value
    ) throws(TemplateError) -> Int? {
        if first == "*" {
            index += 1
            let value = try TextMethod.int(try take(), else: 0)
            guard (0...FormatSpecification.widthMax).contains(value) else {
                throw .limit("a format that wide")
            }
            return value
        }
        var value: Int?
        while index < scalars.count, let digit = scalars[index].asciiDigit {
            value = (value ?? 0) * 10 + digit
            index += 1
            guard let value, value <= FormatSpecification.widthMax else {
                throw .limit("a format that wide")
            }
        }
        return value
    }

    private static func convert(
        _ value: Value,
        _ type: Unicode.Scalar,
        _ specification: inout FormatSpecification
    ) throws(TemplateError) -> [UInt8] {
        switch type {
        case "s", "r", "a":
            specification.type = "s"
            specification.fill = " "
            if specification.alignment == "=" { specification.alignment = ">" }
            let text = type == "s" ? PythonFormat.text(of: value) : PythonFormat.repr(value)
            return try specification.format(.string(text))
        case "c":
            guard case .int(let code) = value,
                let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
            else { return try specification.format(.string(try TextMethod.text(value))) }
            return try specification.format(.string(PythonText.bytes(of: [scalar])))
        case "d", "i", "u", "x", "X", "o":
            specification.type = type == "i" || type == "u" ? "d" : type
            var number = value
            switch value {
            case .float(let double):
                guard "diu".unicodeScalars.contains(type),
                    let integer = Int(exactly: double.rounded(.towardZero))
                else { throw .failed("an integer is required") }
                number = .int(integer)
            case .bool(let flag): number = .int(flag ? 1 : 0)
            case .string: throw .failed("a number is required, not str")
            default: break
            }
            specification.precision = nil
            return try specification.format(number)
        default:
            guard Number(value) != nil else { throw .failed("must be real number") }
            specification.type = type
            return try specification.format(value)
        }
    }
}

extension FormatSpecification {
    fileprivate mutating func set(_ flag: Unicode.Scalar) {
        switch flag {
        case "-": (alignment, fill) = ("<", " ")
        case "0": if alignment != "<" { (alignment, fill) = ("=", "0") }
        case "#": isAlternate = true
        case "+": sign = "+"
        default: sign = sign ?? " "
        }
    }
}

extension Unicode.Scalar {
    var asciiDigit: Int? { ("0"..."9") ~= self ? Int(value - 48) : nil }
}

extension Value {
    /// A dict may stay unused by `%`, and so may a list.
    fileprivate var isIndexedByText: Bool {
        switch self {
        case .dict, .list, .undefined: true
        case .object(let object): object is Range
        default: false
        }
    }
}

/// `str.format`, with fields by position or name and their attributes and items.
enum TextFormat {
    static func format(
        _ format: [UInt8],
        with arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        var result: [UInt8] = []
        var next = 0
        let scalars = PythonText.scalars(of: format)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            let isDoubled = index < scalars.count && scalars[index] == scalar
            guard scalar == "{" || scalar == "}" else {
                PythonText.append(scalar, to: &result)
                continue
            }
            if isDoubled {
                PythonText.append(scalar, to: &result)
                index += 1
                continue
            }
            guard scalar == "{", let end = scalars[index...].firstIndex(of: "}") else {
                throw .failed("single '\(scalar)' encountered in format string")
            }
            guard !scalars[index..<end].contains("{") else {
                throw TemplateError(.unsupported, "a field within a format specification")
            }
            result += try field(scalars[index..<end], arguments, &next, in: run)
            try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : 0)
            index = end + 1
        }
        return result
    }

    private static func field(
        _ field: ArraySlice<Unicode.Scalar>,
        _ arguments: CallArguments,
        _ next: inout Int,
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        let nameEnd = field.firstIndex { $0 == ":" || $0 == "!" } ?? field.endIndex
        var value = try self.value(field[..<nameEnd], arguments, &next, in: run)
        var rest = field[nameEnd...]
        if rest.first == "!" {
            guard let conversion = rest.dropFirst().first else { throw .failed("no conversion") }
            switch conversion {
            case "s": value = .string(PythonFormat.text(of: value))
            case "r": value = .string(PythonFormat.repr(value))
            default: throw TemplateError(.unsupported, "the conversion !\(conversion)")
            }
            rest = rest.dropFirst(2)
        }
        if rest.first == ":" { rest = rest.dropFirst() }
        if rest.isEmpty { return PythonFormat.text(of: value) }
        return try specification(rest).format(value)
    }

    private static func value(
        _ path: ArraySlice<Unicode.Scalar>,
        _ arguments: CallArguments,
        _ next: inout Int,
        in run: Run
    ) throws(TemplateError) -> Value {
        let firstEnd = path.firstIndex { $0 == "." || $0 == "[" } ?? path.endIndex
        let name = String(decoding: PythonText.bytes(of: path[..<firstEnd]), as: UTF8.self)
        var value: Value
        if name.isEmpty || Int(name) != nil {
            let position = Int(name) ?? next
            if name.isEmpty { next += 1 }
            guard arguments.positional.indices.contains(position) else {
                throw .failed("Replacement index \(position) out of range")
            }
            value = arguments.positional[position]
        } else {
            guard let found = arguments.named.first(where: { $0.name == name }) else {
                throw .failed("no argument '\(name)' for format")
            }
            value = found.value
        }
        var rest = path[firstEnd...]
        while let first = rest.first {
            rest = rest.dropFirst()
            let end = rest.firstIndex { first == "[" ? $0 == "]" : $0 == "." || $0 == "[" }
            let part = rest[..<(end ?? rest.endIndex)]
            let key = PythonText.bytes(of: part)
            let text = String(decoding: key, as: UTF8.self)
            if first == "[", let index = Int(text) {
                value = try run.item(.int(index), of: value)
            } else {
                value = try run.item(key, of: value)
            }
            rest = rest[part.endIndex...]
            if first == "[" { rest = rest.dropFirst() }
        }
        return value
    }

    private static func specification(
        _ text: ArraySlice<Unicode.Scalar>
    ) throws(TemplateError) -> FormatSpecification {
        var specification = FormatSpecification()
        var rest = text
        func isAlignment(_ scalar: Unicode.Scalar) -> Bool {
            "<>^=".unicodeScalars.contains(scalar)
        }
        if let fill = rest.first, let alignment = rest.dropFirst().first, isAlignment(alignment) {
            (specification.fill, specification.alignment) = (fill, alignment)
            rest = rest.dropFirst(2)
        } else if let alignment = rest.first, isAlignment(alignment) {
            specification.alignment = alignment
            rest = rest.dropFirst()
        }
        if let sign = rest.first, "+- ".unicodeScalars.contains(sign) {
            if sign != "-" { specification.sign = sign }
            rest = rest.dropFirst()
        }
        if rest.first == "#" {
            specification.isAlternate = true
            rest = rest.dropFirst()
        }
        if rest.first == "0", specification.alignment == nil {
            (specification.fill, specification.alignment) = ("0", "=")
            rest = rest.dropFirst()
        }
        specification.width = try number(&rest) ?? 0
        if rest.first == "," {
            specification.groupsThousands = true
            rest = rest.dropFirst()
        }
        if rest.first == "." {
            rest = rest.dropFirst()
            specification.precision = try number(&rest)
            try specification.checkPrecision()
        }
        specification.type = rest.first
        guard rest.count <= 1 else { throw .failed("Invalid format specifier") }
        return specification
    }

    private static func number(
        _ text: inout ArraySlice<Unicode.Scalar>
    ) throws(TemplateError) -> Int? {
        var value: Int?
        while let digit = text.first?.asciiDigit {
            value = (value ?? 0) * 10 + digit
            text = text.dropFirst()
            guard let value, value <= FormatSpecification.widthMax else {
                throw .limit("a format that wide")
            }
        }
        return value
    }
}

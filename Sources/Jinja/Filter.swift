/// A filter of Jinja2, or `tojson` as transformers has it.
enum Filter: String, Sendable {
    case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape
    case filesizeformat, first, float, forceescape, format, groupby, indent, int, items, join
    case last, length, list, lower, map, max, min, pprint, random, reject, rejectattr, replace
    case reverse, round, safe, select, selectattr, slice, sort, string, striptags, sum, title
    case tojson, trim, truncate, unique, upper, urlencode, urlize, wordcount, wordwrap, xmlattr

    func apply(
        to value: Value,
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        switch self {
        case .select, .reject, .selectattr, .rejectattr, .map:
            return try selection(of: value, arguments, in: run)
        case .format: return try formatted(value, arguments, in: run)
        default: break
        }
        let given = try arguments.bound(to: parameters, of: rawValue)
        switch self {
        case .string, .safe: return .string(PythonFormat.text(of: value))
        case .length, .count: return .int(try run.count(of: value))
        case .default, .d:
            let isReplaced = value.isUndefined || (given[1]?.isTrue ?? false && !value.isTrue)
            return isReplaced ? given[0] ?? .string("") : value
        case .tojson: return .string(try json(value, given, in: run))
        case .list: return try run.list(try run.items(of: value))
        case .attr:
            guard let name = given[0]?.text else { throw .failed("attribute name must be a str") }
            if case .dict = value { return .undefined }
            return try run.attribute(AttributeName(name), of: value)
        case .abs:
            guard case .int(.min) = value else {
                let isNegative = try PythonOrder.compare(value, .int(0)) == .less
                return try run.unary(isNegative ? .minus : .plus, value)
            }
            throw .limit("an integer beyond 64 bits")
        case .float: return try toFloat(value, given)
        case .int: return try toInt(value, given)
        case .round: return try rounded(value, given)
        case .upper, .lower, .capitalize, .title, .trim, .center, .replace, .indent, .truncate,
            .wordcount, .escape, .e, .forceescape, .urlencode, .striptags, .urlize, .wordwrap,
            .xmlattr, .filesizeformat, .pprint:
            return try textual(value, given, in: run)
        case .random: throw TemplateError(.unsupported, "the filter random")
        default: return try sequential(value, given, in: run)
        }
    }

    private var parameters: [String] {
        switch self {
        case .default, .d: ["default_value", "boolean"]
        case .tojson: ["ensure_ascii", "indent", "separators", "sort_keys"]
        case .attr: ["name"]
        case .batch: ["linecount", "fill_with"]
        case .center: ["width"]
        case .dictsort: ["case_sensitive", "by", "reverse"]
        case .float: ["default"]
        case .groupby: ["attribute", "default", "case_sensitive"]
        case .indent: ["width", "first", "blank"]
        case .int: ["default", "base"]
        case .join: ["d", "attribute"]
        case .max, .min, .unique: ["case_sensitive", "attribute"]
        case .replace: ["old", "new", "count"]
        case .round: ["precision", "method"]
        case .slice: ["slices", "fill_with"]
        case .sort: ["reverse", "case_sensitive", "attribute"]
        case .sum: ["attribute", "start"]
        case .trim: ["chars"]
        case .truncate: ["length", "killwords", "end", "leeway"]
        default: []
        }
    }

    /// `json.dumps` with transformers' defaults.
    private func json(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        var json = PythonJSON()
        json.escapesNonASCII = given[0]?.isTrue ?? false
        json.sortsKeys = given[3]?.isTrue ?? false
        switch given[1] {
        case nil, .some(.none): break
        case .string(let text)?:
            guard text.count <= 1000 else { throw .limit("an indentation that wide") }
            json.indentation = text
        case let width?:
            let count = try TextMethod.int(width, else: 0)
            guard count <= 1000 else { throw .limit("an indentation that wide") }
            json.indentation = [UInt8](repeating: .space, count: Swift.max(0, count))
        }
        if json.indentation != nil { json.itemSeparator = [UInt8(ascii: ",")] }
        if let separators = given[2], !separators.isNone {
            let items: [Value]
            switch separators {
            case .list(let list), .tuple(let list): items = list.items
            default: throw .failed("separators must be a pair")
            }
            guard items.count == 2 else { throw .failed("separators must be a pair") }
            json.itemSeparator = try TextMethod.text(items[0])
            json.keySeparator = try TextMethod.text(items[1])
        }
        json.bytesMax = run.limits.outputBytesMax
        var text: [UInt8] = []
        try json.append(value, to: &text)
        return text
    }

    private func formatted(
        _ value: Value,
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        guard arguments.positional.isEmpty || arguments.named.isEmpty else {
            throw .failed("can't handle positional and keyword arguments at the same time")
        }
        let operand: Value
        if arguments.named.isEmpty {
            operand = .tuple(ValueList(arguments.positional))
        } else {
            operand = .dict(
                ValueDict(unique: arguments.named.map { (.string(Array($0.name.utf8)), $0.value) })
            )
        }
        let format = PythonFormat.text(of: value)
        return .string(try PercentFormat.format(format, with: operand, in: run))
    }
}

/// A function that every template may call: Jinja2's own, and those that transformers adds.
final class GlobalFunction: TemplateObject {
    enum Name: String {
        case range, dict, cycler, joiner, namespace, lipsum
        case raiseException = "raise_exception"
        case strftimeNow = "strftime_now"
    }

    private let name: Name

    private init(_ name: Name) { self.name = name }

    static func named(_ name: String) -> Value? {
        Name(rawValue: name).map { .object(GlobalFunction($0)) }
    }

    override var typeName: String { "function" }
    override var isCallable: Bool { true }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        switch name {
        case .range: return try range(arguments, in: run)
        case .dict: return try dict(arguments, in: run)
        case .cycler:
            guard arguments.named.isEmpty, !arguments.positional.isEmpty else {
                throw .failed("at least one item has to be provided")
            }
            return .object(Cycler(arguments.positional))
        case .joiner:
            let given = try arguments.bound(to: ["sep"], of: "joiner")
            return .object(Joiner(given[0] ?? .string(", ")))
        case .namespace:
            let namespace = Namespace()
            run.keep(namespace)
            for entry in try fields(arguments, in: run) {
                guard let name = entry.key.text else { throw .failed("names must be texts") }
                namespace.set(String(decoding: name, as: UTF8.self), to: entry.value)
            }
            try run.check(.object(namespace))
            return .object(namespace)
        case .lipsum: throw TemplateError(.unsupported, "lipsum()")
        case .raiseException:
            let given = try arguments.bound(to: ["message"], of: "raise_exception")
            guard let message = given[0] else { throw .failed("raise_exception without message") }
            throw TemplateError(.raised, PythonFormat.text(of: message), line: run.line)
        case .strftimeNow:
            let given = try arguments.bound(to: ["format"], of: "strftime_now")
            let format = try TextMethod.text(given[0])
            try run.charge(bytes: format.count * 32)
            return .string(try run.clock.now().formatted(format))
        }
    }

    private func range(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
            throw .failed("range expected 1 to 3 arguments")
        }
        var numbers: [Int] = []
        for value in arguments.positional { numbers.append(try TextMethod.int(value, else: 0)) }
        let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let step = numbers.count == 3 ? numbers[2] : 1
        let range = try Range(from: start, to: end, by: step)
        try run.charge(items: range.count ?? 0)
        return .object(range)
    }

    private func dict(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        let dict = try ValueDict(
            try fields(arguments, in: run).map { ($0.key, $0.value) }
        )
        try run.check(.dict(dict))
        return .dict(dict)
    }

    /// What `dict(…)` is made of: a dict or pairs, then named values.
    private func fields(
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> [(key: Value, value: Value)] {
        guard arguments.positional.count <= 1 else { throw .failed("at most 1 argument") }
        var fields: [(key: Value, value: Value)] = []
        switch arguments.positional.first {
        case nil: break
        case .dict(let dict): fields = dict.entries
        case let pairs?:
            for pair in try run.items(of: pairs) {
                let items = try run.items(of: pair)
                guard items.count == 2 else { throw .failed("pairs have two items") }
                fields.append((items[0], items[1]))
            }
        }
        return fields + arguments.named.map { (.string(Array($0.name.utf8)), $0.value) }
    }
}

/// `joiner()`: empty when called first, then the separator.
private final class Joiner: TemplateObject {
    private let separator: Value
    private var isUsed = false

    init(_ separator: Value) { self.separator = separator }

    override var typeName: String { "Joiner" }
    override var isCallable: Bool { true }
    override var depth: Int { separator.depth + 1 }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        defer { isUsed = true }
        return isUsed ? separator : .string("")
    }
}

/// `cycler()`: one item after the other, around and around.
private final class Cycler: TemplateObject {
    private let items: [Value]
    private let itemsDepth: Int
    private var position = 0

    init(_ items: [Value]) {
        self.items = items
        itemsDepth = ValueList(items).depth
    }

    override var typeName: String { "Cycler" }
    override var depth: Int { itemsDepth + 1 }

    override func attribute(_ name: String) -> Value? {
        switch name {
        case "current": items[position]
        case "next", "reset": .object(CyclerMethod(self, isReset: name == "reset"))
        default: nil
        }
    }

    fileprivate func next() -> Value {
        defer { position = (position + 1) % items.count }
        return items[position]
    }

    fileprivate func reset() { position = 0 }
}

private final class CyclerMethod: TemplateObject {
    private let cycler: Cycler
    private let isReset: Bool

    init(_ cycler: Cycler, isReset: Bool) { (self.cycler, self.isReset) = (cycler, isReset) }

    override var typeName: String { "method" }
    override var isCallable: Bool { true }
    override var depth: Int { cycler.depth }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        guard isReset else { return cycler.next() }
        cycler.reset()
        return .none
    }
}

/// A method of Python's `str`, `list`, `tuple` or `dict`, apart from those that change what they
/// are called on.
enum Method: Sendable {
    case text(TextMethod)
    case dict(DictMethod)
    /// `index` and `count` are methods of `str` too.
    case index
    case count
    case copy

    enum DictMethod: String, Sendable { case items, keys, values, get }

    init?(_ name: String) {
        switch name {
        case "index": self = .index
        case "count": self = .count
        case "copy": self = .copy
        default:
            if let method = TextMethod(rawValue: name) {
                self = .text(method)
            } else if let method = DictMethod(rawValue: name) {
                self = .dict(method)
            } else {
                return nil
            }
        }
    }

    func exists(on value: Value) -> Bool {
        switch (self, value) {
        case (.text, .string), (.dict, .dict), (.copy, .dict), (.copy, .list): true
        case (.index, .string), (.index, .list), (.index, .tuple): true
        case (.count, .string), (.count, .list), (.count, .tuple): true
        default: false
        }
    }

    func call(
        on value: Value,
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        switch (self, value) {
        case (.text(let method), .string(let text)):
            try run.charge(bytes: text.count)
            return try run.charged(try method.call(on: text, arguments, in: run))
        case (.index, .string(let text)):
            try run.charge(bytes: text.count)
            return try TextMethod.index(text, arguments)
        case (.count, .string(let text)):
            try run.charge(bytes: text.count)
            return try TextMethod.count(text, arguments)
        case (.dict(let method), .dict(let dict)):
            return try Self.call(method, on: dict, arguments, in: run)
        case (.copy, _): return value
        case (_, .list(let list)), (_, .tuple(let list)):
            return try search(list.items, arguments, in: run)
        default: throw .failed("'\(value.typeName)' object has no such method")
        }
    }

    private static func call(
        _ method: DictMethod,
        on dict: ValueDict,
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        if method == .get {
            guard arguments.named.isEmpty, (1...2).contains(arguments.positional.count) else {
                throw .failed("get expected 1 or 2 arguments")
            }
            let key = arguments.positional[0]
            guard ValueKey(key) != nil else {
                throw .failed("unhashable type: '\(key.typeName)'")
            }
            let fallback = arguments.positional.count == 2 ? arguments.positional[1] : .none
            return dict[key] ?? fallback
        }
        guard arguments.named.isEmpty, arguments.positional.isEmpty else {
            throw .failed("dict.\(method.rawValue)() takes no arguments")
        }
        try run.charge(items: dict.count * 4)
        switch method {
        case .items: return .object(Sequence(.items, dict.items))
        case .keys: return .object(Sequence(.keys, dict.keys))
        default: return .object(Sequence(.values, dict.values))
        }
    }

    private func search(
        _ items: [Value],
        _ arguments: CallArguments,
        in run: Run
    ) throws(TemplateError) -> Value {
        guard arguments.named.isEmpty, arguments.positional.count == 1 else {
            throw .failed("expected one argument")
        }
        try run.charge(items: ValueList(items).size)
        let wanted = arguments.positional[0]
        if case .count = self {
            return .int(items.count { PythonOrder.equal($0, wanted) })
        }
        guard let index = items.firstIndex(where: { PythonOrder.equal($0, wanted) }) else {
            throw .failed("the value is not in the list")
        }
        return .int(index)
    }
}

/// A method that is not called at once: `{% set f = text.strip %}`.
final class BoundMethod: TemplateObject {
    private let method: Method
    private let receiver: Value

    init(_ method: Method, of receiver: Value) { (self.method, self.receiver) = (method, receiver) }

    override var typeName: String { "builtin_function_or_method" }
    override var isCallable: Bool { true }
    override var depth: Int { receiver.depth + 1 }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        try method.call(on: receiver, arguments, in: run)
    }
}

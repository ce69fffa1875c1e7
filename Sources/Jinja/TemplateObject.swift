/// A value with a state or a behaviour of its own. Lives as long as one rendering.
class TemplateObject {
    var typeName: String { "object" }
    var isTrue: Bool { true }
    var depth: Int { 1 }
    /// How much printing shows.
    var size: Int { 1 }
    /// What printing shows.
    var text: [UInt8] { Array("<\(typeName) object>".utf8) }

    /// Nil if there is no such attribute.
    func attribute(_ name: String) throws(TemplateError) -> Value? { nil }

    /// Nil if it cannot be iterated. Takes the items out of a generator.
    func iterate() -> [Value]? { nil }

    /// Nil if it has no length.
    var count: Int? { nil }

    /// Whether this may be called.
    var isCallable: Bool { false }

    func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        throw .failed("'\(typeName)' object is not callable")
    }
}

/// What a function is called with.
struct CallArguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    /// The arguments in the order of `parameters`, nil where one is not given.
    ///
    /// - Throws: as Python does for arguments that are too many, unknown or given twice.
    func bound(to parameters: [String], of name: String) throws(TemplateError) -> [Value?] {
        guard positional.count <= parameters.count else {
            throw .failed(
                "\(name)() takes \(parameters.count) arguments, \(positional.count) given"
            )
        }
        var bound: [Value?] = positional
        bound += [Value?](repeating: nil, count: parameters.count - positional.count)
        for (argument, value) in named {
            guard let index = parameters.firstIndex(of: argument) else {
                throw .failed("\(name)() got an unexpected keyword argument '\(argument)'")
            }
            guard bound[index] == nil else {
                throw .failed("\(name)() got multiple values for argument '\(argument)'")
            }
            bound[index] = value
        }
        return bound
    }
}

/// `namespace()`: attributes that may be set from inner scopes.
final class Namespace: TemplateObject {
    private var attributes: [(name: String, value: Value)] = []
    private var attributesDepth = 0
    private var attributesSize = 1

    override var typeName: String { "Namespace" }
    override var depth: Int { attributesDepth + 1 }
    override var size: Int { attributesSize }

    override func attribute(_ name: String) -> Value? {
        for entry in attributes where entry.name == name { return entry.value }
        return nil
    }

    func set(_ name: String, to value: Value) {
        attributesDepth = max(attributesDepth, value.depth)
        attributesSize = max(attributesSize, value.size)
        for index in attributes.indices where attributes[index].name == name {
            attributes[index].value = value
            return
        }
        attributes.append((name, value))
    }

    /// Ends cycles that run through this object.
    func clear() { attributes = [] }

    override var text: [UInt8] {
        let dict = ValueDict(unique: attributes.map { (.string(Array($0.name.utf8)), $0.value) })
        return Array("<Namespace ".utf8) + PythonFormat.repr(.dict(dict)) + Array(">".utf8)
    }
}

/// What Python makes of a list or dict without copying it: `dict.items()`, a generator.
final class Sequence: TemplateObject {
    enum Kind: String { case keys, values, items, generator }

    let kind: Kind
    private var items: [Value]
    private let itemsDepth: Int
    private let itemsSize: Int

    init(_ kind: Kind, _ items: [Value]) {
        self.kind = kind
        self.items = items
        let list = ValueList(items)
        (itemsDepth, itemsSize) = (list.depth, list.size)
    }

    override var typeName: String { kind == .generator ? "generator" : "dict_\(kind.rawValue)" }
    override var depth: Int { itemsDepth }
    override var size: Int { itemsSize }
    override var isTrue: Bool { kind == .generator || !items.isEmpty }
    override var count: Int? { kind == .generator ? nil : items.count }

    override func iterate() -> [Value]? {
        guard kind == .generator else { return items }
        defer { items = [] }
        return items
    }

    /// The next item of a generator; of others the first.
    func first() -> Value? {
        guard kind == .generator else { return items.first }
        return items.isEmpty ? nil : items.removeFirst()
    }

    override var text: [UInt8] {
        switch kind {
        case .generator: Array("<generator object>".utf8)
        default:
            Array("\(typeName)(".utf8) + PythonFormat.repr(.list(ValueList(items)))
                + Array(")".utf8)
        }
    }
}

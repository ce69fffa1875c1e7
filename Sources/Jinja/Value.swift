/// A Python value in the middle of a rendering.
///
/// Lists and dicts never change: the sandbox that is emulated refuses every method that would
/// change one. Only objects have a state.
enum Value {
    /// Jinja2's lenient `Undefined`.
    case undefined
    case none
    case bool(Bool)
    case int(Int)
    /// Decimal digits, with a minus if negative, of an integer that does not fit in `int`.
    case bigInt([UInt8])
    case float(Double)
    /// UTF-8.
    case string([UInt8])
    case list(ValueList)
    case tuple(ValueList)
    case dict(ValueDict)
    case object(TemplateObject)
}

extension Value {
    static func string(_ text: StaticString) -> Value { .string([UInt8](text)) }

    /// How many containers lie within each other.
    var depth: Int {
        switch self {
        case .list(let list), .tuple(let list): list.depth
        case .dict(let dict): dict.depth
        case .object(let object): object.depth
        default: 0
        }
    }

    /// How much there is to print or compare, in units of a value or 16 bytes of text. A value
    /// that is in a list twice counts twice.
    var size: Int {
        switch self {
        case .string(let text): 1 + text.count >> 4
        case .list(let list), .tuple(let list): list.size
        case .dict(let dict): dict.size
        case .object(let object): object.size
        default: 1
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }

    /// The text, if this is a string.
    var text: [UInt8]? { if case .string(let text) = self { text } else { nil } }

    /// Python's `bool()`.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .bigInt: true
        case .float(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let list), .tuple(let list): !list.items.isEmpty
        case .dict(let dict): dict.count > 0
        case .object(let object): object.isTrue
        }
    }

    /// Python's name of the type, for messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .object(let object): object.typeName
        }
    }

    /// Copies what a request brought.
    init(_ value: TemplateValue) {
        switch value {
        case .none: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .bigInt(let digits): self = .bigInt(digits)
        case .float(let value): self = .float(value)
        case .string(let text): self = .string(text)
        case .list(let items): self = .list(ValueList(items.map(Value.init)))
        case .dict(let dict):
            self = .dict(
                ValueDict(unique: dict.entries.map { (.string($0.key), Value($0.value)) })
            )
        }
    }

    init(_ constant: Expression.Constant) {
        switch constant {
        case .none: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .bigInt(let digits): self = .bigInt(digits)
        case .float(let value): self = .float(value)
        case .string(let text): self = .string(text)
        }
    }
}

/// The items of a list or tuple.
final class ValueList {
    let items: [Value]
    /// 1 for a list of plain values.
    let depth: Int
    /// Each list is checked when it is made, so the sum of a few never overflows.
    let size: Int
    /// Whether this is a tuple of `groupby`, whose two items have names.
    let isGroup: Bool

    init(_ items: [Value], isGroup: Bool = false) {
        (self.items, self.isGroup) = (items, isGroup)
        var (depth, size) = (0, 1)
        for item in items {
            depth = max(depth, item.depth)
            size = size.addingReportingOverflow(item.size).partialValue
        }
        (self.depth, self.size) = (depth + 1, size)
    }
}

import Jinja

extension TemplateValue {
    var isNone: Bool { if case .none = self { true } else { false } }
    var text: [UInt8]? { if case .string(let text) = self { text } else { nil } }
    var dict: TemplateDict? { if case .dict(let dict) = self { dict } else { nil } }
    var list: [TemplateValue]? { if case .list(let list) = self { list } else { nil } }
    var isString: Bool { text != nil }

    /// As Python's `bool()`.
    var isTruthy: Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .bigInt: true
        case .float(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.isEmpty
        case .dict(let dict): !dict.entries.isEmpty
        }
    }

    /// What pydantic makes of a value for a field of type `bool`; nil if it refuses.
    var pydanticBool: Bool? {
        switch self {
        case .bool(let flag): flag
        case .int(0): false
        case .int(1): true
        case .float(let number) where number == 0 || number == 1: number == 1
        case .string(let text):
            switch String(decoding: text, as: UTF8.self).lowercased() {
            case "true", "t", "yes", "y", "on", "1": true
            case "false", "f", "no", "n", "off", "0": false
            default: nil
            }
        default: nil
        }
    }

    /// Values that do not override a template argument that is set elsewhere.
    var isUnsetArgument: Bool {
        switch self {
        case .none: true
        case .string(let text): text.count == 4 && text == Array("auto".utf8)
        default: false
        }
    }
}

/// Attributes, items, slices, iteration, comparison and calls.
extension Run {
    /// `object.name`: an attribute, else an item, else undefined.
    func attribute(_ name: AttributeName, of object: Value) throws(TemplateError) -> Value {
        switch object {
        case .undefined: throw .failed("undefined has no attribute '\(name.name)'")
        case .dict(let dict):
            // Methods come before keys; those that change the dict are refused, not passed over.
            if name.changesDict { return .undefined }
            if let method = name.method, method.exists(on: object) {
                return .object(BoundMethod(method, of: object))
            }
            return dict[name.key] ?? .undefined
        case .object(let object):
            if let attribute = name.loopAttribute, let loop = object as? LoopState {
                return loop[attribute]
            }
            return try object.attribute(name.name) ?? .undefined
        case .tuple(let group)
        where group.isGroup && (name.name == "grouper" || name.name == "list"):
            return group.items[name.name == "grouper" ? 0 : 1]
        default:
            guard let method = name.method, method.exists(on: object) else { return .undefined }
            return .object(BoundMethod(method, of: object))
        }
    }

    /// `object['name']`: an item, else an attribute, else undefined.
    func item(_ name: AttributeName, of object: Value) throws(TemplateError) -> Value {
        if case .dict(let dict) = object, let value = dict[name.key] { return value }
        return try attribute(name, of: object)
    }

    /// The same for a name that is not known before.
    func item(_ key: [UInt8], of object: Value) throws(TemplateError) -> Value {
        if case .dict(let dict) = object, let value = dict[key] { return value }
        return try attribute(AttributeName(key), of: object)
    }

    func item(_ key: Value, of object: Value) throws(TemplateError) -> Value {
        if case .string(let text) = key {
            return try item(text, of: object)
        }
        switch object {
        case .undefined: throw .failed("undefined has no items")
        case .dict(let dict): return dict[key] ?? .undefined
        case .list(let list), .tuple(let list):
            return list.items.element(at: key) ?? .undefined
        case .string(let text):
            try charge(bytes: text.count)
            return PythonText.characters(of: text).element(at: key) ?? .undefined
        case .object(let object):
            guard let range = object as? Range,
                let index = key.index(in: range.count ?? 0)
            else { return .undefined }
            return range[index]
        default: return .undefined
        }
    }

    // MARK: Iteration

    /// What iterating gives.
    ///
    /// - Throws: for what Python cannot iterate.
    func items(of value: Value) throws(TemplateError) -> [Value] {
        switch value {
        case .list(let list), .tuple(let list): return list.items
        case .undefined: return []
        case .dict(let dict): return dict.keys
        case .string(let text):
            try charge(bytes: text.count << 4)
            return PythonText.characters(of: text)
        case .object(let object):
            if let items = object.iterate() { return items }
            throw .failed("'\(value.typeName)' object is not iterable")
        default: throw .failed("'\(value.typeName)' object is not iterable")
        }
    }

    /// Python's `len()`.
    func count(of value: Value) throws(TemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text): return PythonText.count(of: text)
        case .list(let list), .tuple(let list): return list.items.count
        case .dict(let dict): return dict.count
        case .object(let object):
            if let count = object.count { return count }
            throw .failed("object of type '\(value.typeName)' has no len()")
        default: throw .failed("object of type '\(value.typeName)' has no len()")
        }
    }

    // MARK: Comparison

    func compare(
        _ comparison: Expression.Comparison,
        _ left: Value,
        _ right: Value
    ) throws(TemplateError) -> Bool {
        switch comparison {
        case .equal: return try equal(left, right)
        case .notEqual: return try !equal(left, right)
        case .isIn: return try contains(right, left)
        case .isNotIn: return try !contains(right, left)
        case .less: return try PythonOrder.compare(left, right) == .less
        case .greater: return try PythonOrder.compare(left, right) == .greater
        case .lessOrEqual:
            let order = try PythonOrder.compare(left, right)
            return order == .less || order == .equal
        case .greaterOrEqual:
            let order = try PythonOrder.compare(left, right)
            return order == .greater || order == .equal
        }
    }

    private func equal(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
        if case .string(let left) = left, case .string(let right) = right {
            try charge(bytes: min(left.count, right.count))
            return left == right
        }
        try charge(items: min(left.size, right.size))
        return PythonOrder.equal(left, right)
    }

    /// `item in container`.
    func contains(_ container: Value, _ item: Value) throws(TemplateError) -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = item else {
                throw .failed("'in <string>' requires string, not \(item.typeName)")
            }
            try charge(bytes: text.count)
            return PythonText.firstIndex(of: part, in: text[...]) != nil
        case .dict(let dict):
            guard ValueKey(item) != nil else {
                throw .failed("unhashable type: '\(item.typeName)'")
            }
            return dict[item] != nil
        default:
            let items = try items(of: container)
            try charge(items: container.size)
            return items.contains { PythonOrder.equal($0, item) }
        }
    }

    func call(_ callee: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
        guard case .object(let object) = callee else {
            throw .failed(
                callee.isUndefined
                    ? "what is called is undefined, or not allowed in a template"
                    : "'\(callee.typeName)' object is not callable"
            )
        }
        return try object.call(arguments, in: self)
    }
}

extension Value {
    /// Where Python's index is in a list of `count` items: -1 is the last. Nil if it is outside,
    /// or no integer.
    fileprivate func index(in count: Int) -> Int? {
        let index: Int
        switch self {
        case .int(let value): index = value
        case .bool(let value): index = value ? 1 : 0
        default: return nil
        }
        let position = index < 0 ? index &+ count : index
        return (0..<count).contains(position) ? position : nil
    }
}

extension [Value] {
    fileprivate func element(at key: Value) -> Value? { key.index(in: count).map { self[$0] } }
}

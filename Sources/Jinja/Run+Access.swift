/// Attributes, items, slices, iteration, comparison and calls.
extension Run {
    /// `object.name`: an attribute, else an item, else undefined.
    func attribute(
        _ name: String,
        _ key: [UInt8],
        of object: Value
    ) throws(TemplateError) -> Value {
        switch object {
        case .undefined: throw .failed("undefined has no attribute '\(name)'")
        case .dict(let dict):
            // Methods come before keys; those that change the dict are refused, not passed over.
            if Method.refused(on: object, name) { return .undefined }
            if let method = Method(name), method.exists(on: object) {
                return .object(BoundMethod(method, of: object))
            }
            return dict[key] ?? .undefined
        case .object(let object): return try object.attribute(name) ?? .undefined
        default:
            guard let method = Method(name), method.exists(on: object) else { return .undefined }
            return .object(BoundMethod(method, of: object))
        }
    }

    /// `object['name']`: an item, else an attribute, else undefined.
    func item(_ name: String, _ key: [UInt8], of object: Value) throws(TemplateError) -> Value {
        if case .dict(let dict) = object, let value = dict[key] { return value }
        return try attribute(name, key, of: object)
    }

    func item(_ key: Value, of object: Value) throws(TemplateError) -> Value {
        if case .string(let text) = key {
            return try item(String(decoding: text, as: UTF8.self), text, of: object)
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
            return (object as? Sequence)?.indexed?.element(at: key) ?? .undefined
        default: return .undefined
        }
    }

    // MARK: Slices

    func slice(
        _ object: Value,
        start: Value,
        stop: Value,
        step: Value
    ) throws(TemplateError) -> Value {
        switch object {
        case .list(let list):
            return .list(
                try checked(try sliced(list.items, start: start, stop: stop, step: step))
            )
        case .tuple(let tuple):
            return .tuple(
                try checked(try sliced(tuple.items, start: start, stop: stop, step: step))
            )
        case .string(let text):
            try charge(bytes: text.count)
            if PythonText.isASCII(text) {
                return .string(try sliced(text, start: start, stop: stop, step: step))
            }
            let scalars = PythonText.scalars(of: text)
            let part = try sliced(scalars, start: start, stop: stop, step: step)
            return .string(PythonText.bytes(of: part))
        case .object(let object):
            guard let items = (object as? Sequence)?.indexed else { fallthrough }
            return try list(try sliced(items, start: start, stop: stop, step: step))
        default: throw .failed("'\(object.typeName)' object is not subscriptable")
        }
    }

    private func sliced<T>(
        _ items: [T],
        start: Value,
        stop: Value,
        step: Value
    ) throws(TemplateError) -> [T] {
        let step = try Self.bound(step) ?? 1
        guard step != 0 else { throw .failed("slice step cannot be zero") }
        let count = items.count
        let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
        func clamped(_ bound: Int) -> Int {
            max(lowest, min(highest, bound < 0 ? bound + count : bound))
        }
        let first = try Self.bound(start).map(clamped) ?? (step > 0 ? lowest : highest)
        let end = try Self.bound(stop).map(clamped) ?? (step > 0 ? highest : lowest)
        if step == 1 { return first < end ? Array(items[first..<end]) : [] }
        return stride(from: first, to: end, by: max(-count - 1, min(count + 1, step)))
            .map { items[$0] }
    }

    private static func bound(_ value: Value) throws(TemplateError) -> Int? {
        switch value {
        case .none: return nil
        case .int(let value): return max(-(1 << 62), min(1 << 62, value))
        case .bool(let value): return value ? 1 : 0
        case .bigInt(let digits): return digits.first == UInt8(ascii: "-") ? -(1 << 62) : 1 << 62
        default: throw .failed("slice indices must be integers or None")
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
            try charge(items: items.count)
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

extension [Value] {
    /// By Python's index, where -1 is the last. Nil for one outside, or for no integer.
    fileprivate func element(at key: Value) -> Value? {
        let index: Int
        switch key {
        case .int(let value): index = value
        case .bool(let value): index = value ? 1 : 0
        default: return nil
        }
        let position = index < 0 ? index &+ count : index
        return indices.contains(position) ? self[position] : nil
    }
}

/// Python's equality and order of values.
enum PythonOrder {
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left == right
        case (.undefined, .undefined), (.none, .none): true
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            left.items.count == right.items.count
                && zip(left.items, right.items).allSatisfy { equal($0, $1) }
        case (.dict(let left), .dict(let right)):
            left.count == right.count
                && left.entries.allSatisfy { entry in
                    right[entry.key].map { equal($0, entry.value) } ?? false
                }
        case (.object(let left), .object(let right)): left === right
        case (.bigInt(let left), .bigInt(let right)): left == right
        default:
            switch (Number(left), Number(right)) {
            case (let left?, let right?): left.compare(right) == .equal
            default: false
            }
        }
    }

    enum Order { case less, equal, greater, unordered }

    /// - Throws: for values that Python does not compare.
    static func compare(_ left: Value, _ right: Value) throws(TemplateError) -> Order {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            // The order of code points is that of their UTF-8.
            if left == right { return .equal }
            return left.lexicographicallyPrecedes(right) ? .less : .greater
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            for (left, right) in zip(left.items, right.items) where !equal(left, right) {
                return try compare(left, right)
            }
            if left.items.count == right.items.count { return .equal }
            return left.items.count < right.items.count ? .less : .greater
        default:
            guard let first = Number(left), let second = Number(right) else {
                throw .failed(
                    "'<' not supported between instances of '\(left.typeName)' "
                        + "and '\(right.typeName)'"
                )
            }
            return first.compare(second)
        }
    }

    /// A stable sort, as Python's.
    static func sorted<T>(
        _ items: [T],
        reverse: Bool = false,
        by key: (T) throws(TemplateError) -> Value
    ) throws(TemplateError) -> [T] {
        var keyed: [(key: Value, item: T)] = []
        for item in items { keyed.append((try key(item), item)) }
        return try merged(keyed, reverse: reverse).map(\.item)
    }

    private static func merged<T>(
        _ items: [(key: Value, item: T)],
        reverse: Bool
    ) throws(TemplateError) -> [(key: Value, item: T)] {
        guard items.count > 1 else { return items }
        let middle = items.count / 2
        let left = try merged(Array(items[..<middle]), reverse: reverse)
        let right = try merged(Array(items[middle...]), reverse: reverse)
        var result: [(key: Value, item: T)] = []
        result.reserveCapacity(items.count)
        var (leftIndex, rightIndex) = (0, 0)
        while leftIndex < left.count, rightIndex < right.count {
            let order = try compare(right[rightIndex].key, left[leftIndex].key)
            if order == (reverse ? .greater : .less) {
                result.append(right[rightIndex])
                rightIndex += 1
            } else {
                result.append(left[leftIndex])
                leftIndex += 1
            }
        }
        result += left[leftIndex...]
        result += right[rightIndex...]
        return result
    }
}

/// A number of any of Python's kinds, booleans included.
enum Number {
    case int(Int)
    case bigInt([UInt8])
    case float(Double)

    init?(_ value: Value) {
        switch value {
        case .bool(let value): self = .int(value ? 1 : 0)
        case .int(let value): self = .int(value)
        case .bigInt(let digits): self = .bigInt(digits)
        case .float(let value): self = .float(value)
        default: return nil
        }
    }

    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .bigInt(let digits): Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
        case .float(let value): value
        }
    }

    func compare(_ other: Number) -> PythonOrder.Order {
        switch (self, other) {
        case (.int(let left), .int(let right)):
            return left < right ? .less : left == right ? .equal : .greater
        case (.bigInt(let left), .bigInt(let right)):
            if left == right { return .equal }
            let (leftMinus, rightMinus) = (left.first == 45, right.first == 45)
            if leftMinus != rightMinus { return leftMinus ? .less : .greater }
            let isSmaller =
                left.count != right.count
                ? left.count < right.count : left.lexicographicallyPrecedes(right)
            return isSmaller != leftMinus ? .less : .greater
        case (.bigInt(let left), .int): return left.first == 45 ? .less : .greater
        case (.int, .bigInt(let right)): return right.first == 45 ? .greater : .less
        default:
            let (left, right) = (double, other.double)
            if left.isNaN || right.isNaN { return .unordered }
            // An integer that no double is exactly equal to is not rounded to compare.
            if left == right { return exactTie(with: other) }
            return left < right ? .less : .greater
        }
    }

    private func exactTie(with other: Number) -> PythonOrder.Order {
        switch (self, other) {
        case (.int(let left), .float(let right)):
            guard let right = Int(exactly: right) else { return .less }
            return Number.int(left).compare(.int(right))
        case (.float(let left), .int(let right)):
            guard let left = Int(exactly: left) else { return .greater }
            return Number.int(left).compare(.int(right))
        default: return .equal
        }
    }
}

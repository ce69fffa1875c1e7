/// A Python dict that never changes. Finding a key takes constant time on average.
final class ValueDict {
    private(set) var entries: [(key: Value, value: Value)]
    /// Where each key is. Kept only for more keys than are quick to compare one by one.
    private var positions: [ValueKey: Int] = [:]
    let depth: Int
    let size: Int

    private static let unindexedCountMax = 16

    /// Takes keys that are strings and differ from each other.
    init(unique entries: [(Value, Value)]) {
        self.entries = entries.map { (key: $0.0, value: $0.1) }
        (depth, size) = Self.measure(self.entries)
        if entries.count > Self.unindexedCountMax {
            for (position, entry) in self.entries.enumerated() {
                guard let key = ValueKey(entry.key) else { continue }
                positions[key] = position
            }
        }
    }

    /// Of a repeated key the last value counts, in the place of the first.
    ///
    /// - Throws: if a key is not hashable.
    init(_ pairs: [(Value, Value)]) throws(TemplateError) {
        entries = []
        var positions: [ValueKey: Int] = [:]
        for (key, value) in pairs {
            guard let hashed = ValueKey(key) else {
                throw .failed("unhashable type: '\(key.typeName)'")
            }
            if let position = positions[hashed] {
                entries[position].value = value
            } else {
                positions[hashed] = entries.count
                entries.append((key, value))
            }
        }
        self.positions = entries.count > Self.unindexedCountMax ? positions : [:]
        (depth, size) = Self.measure(entries)
    }

    private static func measure(
        _ entries: [(key: Value, value: Value)]
    ) -> (depth: Int, size: Int) {
        var (depth, size) = (0, 1)
        for entry in entries {
            depth = max(depth, entry.value.depth, entry.key.depth)
            size += entry.key.size + entry.value.size
        }
        return (depth + 1, size)
    }

    var count: Int { entries.count }
    var keys: [Value] { entries.map(\.key) }
    var values: [Value] { entries.map(\.value) }
    var items: [Value] { entries.map { .tuple(ValueList([$0.key, $0.value])) } }

    subscript(text: [UInt8]) -> Value? {
        if !positions.isEmpty { return positions[.string(text)].map { entries[$0].value } }
        for entry in entries {
            if case .string(let key) = entry.key, key == text { return entry.value }
        }
        return nil
    }

    subscript(key: Value) -> Value? {
        if case .string(let text) = key { return self[text] }
        guard let wanted = ValueKey(key) else { return nil }
        if !positions.isEmpty { return positions[wanted].map { entries[$0].value } }
        return entries.first { ValueKey($0.key) == wanted }?.value
    }
}

/// A value as a dict sees it: equal keys are the same key. Python's 1, 1.0 and True are equal.
enum ValueKey: Hashable {
    case undefined
    case none
    case int(Int)
    case bigInt([UInt8])
    case float(Double)
    case string([UInt8])
    case tuple([ValueKey])
    case object(ObjectIdentifier)

    /// Nil for what is not hashable.
    init?(_ value: Value) {
        switch value {
        case .undefined: self = .undefined
        case .none: self = .none
        case .bool(let value): self = .int(value ? 1 : 0)
        case .int(let value): self = .int(value)
        case .bigInt(let digits): self = .bigInt(digits)
        case .float(let value): self = Int(exactly: value).map { .int($0) } ?? .float(value)
        case .string(let text): self = .string(text)
        case .tuple(let tuple):
            var keys: [ValueKey] = []
            for item in tuple.items {
                guard let key = ValueKey(item) else { return nil }
                keys.append(key)
            }
            self = .tuple(keys)
        case .list, .dict: return nil
        case .object(let object): self = .object(ObjectIdentifier(object))
        }
    }
}

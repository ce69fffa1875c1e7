/// Filters of lists and dicts.
extension Filter {
    func sequential(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        switch self {
        case .first:
            if case .object(let object) = value, let sequence = object as? Sequence {
                return sequence.first() ?? .undefined
            }
            return try run.items(of: value).first ?? .undefined
        case .last:
            if case .object(let object) = value, (object as? Sequence)?.kind == .generator {
                throw .failed("'generator' object is not reversible")
            }
            return try run.items(of: value).last ?? .undefined
        case .items:
            if case .undefined = value { return .object(Sequence(.generator, [])) }
            guard case .dict(let dict) = value else {
                throw .failed("Can only get item pairs from a mapping.")
            }
            return .object(Sequence(.generator, dict.items))
        case .join: return .string(try joined(value, given, in: run))
        case .dictsort: return try dictSorted(value, given, in: run)
        case .sort:
            let key = try sortKey(given[2], isCaseSensitive: given[1]?.isTrue ?? false, in: run)
            let items = try run.items(of: value)
            try run.charge(items: items.count * 8)
            return try run.list(
                try PythonOrder.sorted(items, reverse: given[0]?.isTrue ?? false, by: key)
            )
        case .unique: return try unique(value, given, in: run)
        case .max, .min: return try extreme(value, given, in: run)
        case .sum:
            var sum = given[1] ?? .int(0)
            if case .string = sum { throw .failed("sum() can't sum strings") }
            for item in try run.items(of: value) {
                try run.step()
                var term = item
                if let attribute = given[0], !attribute.isNone {
                    term = try run.value(at: attribute, of: item)
                }
                sum = try run.binary(.add, sum, term)
            }
            return sum
        case .reverse:
            if case .string(let text) = value {
                return .string(PythonText.bytes(of: PythonText.scalars(of: text).reversed()))
            }
            return .object(Sequence(.generator, try run.items(of: value).reversed()))
        case .batch, .slice: return try cut(value, given, in: run)
        case .groupby: return try grouped(value, given, in: run)
        default: throw TemplateError(.unsupported, "the filter \(rawValue)")
        }
    }

    private func joined(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> [UInt8] {
        let separator = given[0].map { PythonFormat.text(of: $0) } ?? []
        var result: [UInt8] = []
        for (index, item) in try run.items(of: value).enumerated() {
            try run.step()
            if index > 0 { result += separator }
            if let attribute = given[1], !attribute.isNone {
                result += PythonFormat.text(of: try run.value(at: attribute, of: item))
            } else {
                result += PythonFormat.text(of: item)
            }
            try run.charge(bytes: result.count > run.limits.outputBytesMax ? .max : 0)
        }
        return result
    }

    private func dictSorted(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        guard case .dict(let dict) = value else { throw .failed("dictsort takes a dict") }
        let by = try TextMethod.optionalText(given[1]) ?? [UInt8]("key")
        guard by == [UInt8]("key") || by == [UInt8]("value") else {
            throw .failed("You can only sort by either \"key\" or \"value\"")
        }
        let isCaseSensitive = given[0]?.isTrue ?? false
        try run.charge(items: dict.count * 8)
        let entries = try PythonOrder.sorted(dict.entries, reverse: given[2]?.isTrue ?? false) {
            let part = by == [UInt8]("key") ? $0.key : $0.value
            return isCaseSensitive ? part : part.ignoringCase
        }
        return try run.list(entries.map { .tuple(ValueList([$0.key, $0.value])) })
    }

    typealias Key = (Value) throws(TemplateError) -> Value

    /// What to compare items by: an attribute, or several with commas between.
    private func sortKey(
        _ attribute: Value?,
        isCaseSensitive: Bool,
        in run: Run
    ) throws(TemplateError) -> Key {
        func key(_ attribute: Value) -> Key {
            { item throws(TemplateError) in
                let part = attribute.isNone ? item : try run.value(at: attribute, of: item)
                return isCaseSensitive ? part : part.ignoringCase
            }
        }
        if self == .sort {
            // Lists of what is undefined are equal, while what is undefined has no order.
            let names = attribute?.text?.split(separator: UInt8(ascii: ","))
            let keys = names?.map { key(.string(Array($0))) } ?? [key(attribute ?? .none)]
            return { item throws(TemplateError) in
                var parts: [Value] = []
                for key in keys { parts.append(try key(item)) }
                return .list(ValueList(parts))
            }
        }
        return key(attribute ?? .none)
    }

    private func unique(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        let key = try sortKey(given[1], isCaseSensitive: given[0]?.isTrue ?? false, in: run)
        var seen: Set<ValueKey> = []
        var result: [Value] = []
        for item in try run.items(of: value) {
            let part = try key(item)
            guard let hashed = ValueKey(part) else {
                throw .failed("unhashable type: '\(part.typeName)'")
            }
            if seen.insert(hashed).inserted { result.append(item) }
        }
        return .object(Sequence(.generator, result))
    }

    private func extreme(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        let key = try sortKey(given[1], isCaseSensitive: given[0]?.isTrue ?? false, in: run)
        var best: (key: Value, item: Value)?
        for item in try run.items(of: value) {
            let part = try key(item)
            guard let leader = best else {
                best = (part, item)
                continue
            }
            if try PythonOrder.compare(part, leader.key) == (self == .max ? .greater : .less) {
                best = (part, item)
            }
        }
        return best?.item ?? .undefined
    }

    private func grouped(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        guard let attribute = given[0] else { throw .failed("groupby takes an attribute") }
        let isCaseSensitive = given[2]?.isTrue ?? false
        func part(_ item: Value) throws(TemplateError) -> Value {
            let part = try run.value(at: attribute, of: item)
            return part.isUndefined ? given[1] ?? part : part
        }
        func key(_ item: Value) throws(TemplateError) -> Value {
            isCaseSensitive ? try part(item) : try part(item).ignoringCase
        }
        var groups: [(key: Value, items: [Value])] = []
        for item in try PythonOrder.sorted(try run.items(of: value), by: key) {
            let itemKey = try key(item)
            if let last = groups.last, PythonOrder.equal(last.key, itemKey) {
                groups[groups.count - 1].items.append(item)
            } else {
                groups.append((itemKey, [item]))
            }
        }
        var result: [Value] = []
        for group in groups {
            let name = isCaseSensitive ? group.key : try part(group.items[0])
            let pair = [name, .list(ValueList(group.items))]
            result.append(.tuple(ValueList(pair, isGroup: true)))
        }
        return try run.list(result)
    }

    /// `batch(n)`: lists of n items. `slice(n)`: n lists.
    private func cut(
        _ value: Value,
        _ given: [Value?],
        in run: Run
    ) throws(TemplateError) -> Value {
        let items = try run.items(of: value)
        let count = try TextMethod.int(given[0], else: 0)
        guard count > 0, count <= 100_000 else { throw .failed("\(rawValue) into \(count)") }
        let filler = given[1].flatMap { $0.isNone ? nil : $0 }
        var result: [Value] = []
        if self == .batch {
            for start in stride(from: 0, to: items.count, by: count) {
                var part = Array(items[start..<Swift.min(start + count, items.count)])
                if let filler {
                    part += [Value](repeating: filler, count: count - part.count)
                }
                result.append(try run.list(part))
            }
        } else {
            var start = 0
            for number in 0..<count {
                let isLonger = number < items.count % count
                let end = start + items.count / count + (isLonger ? 1 : 0)
                let part = Array(items[start..<end])
                result.append(try run.list(part + (isLonger ? [] : filler.map { [$0] } ?? [])))
                start = end
            }
        }
        return .object(Sequence(.generator, result))
    }
}

extension Value {
    /// Texts in small letters, to compare without regard to case.
    var ignoringCase: Value {
        if case .string(let text) = self { .string(PythonText.lowercased(text)) } else { self }
    }
}

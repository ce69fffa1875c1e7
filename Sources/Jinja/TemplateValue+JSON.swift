package import JSON

extension TemplateValue {
    /// What Python's `json.loads` makes of a value: fields in their order, of a repeated key the
    /// last value in the place of the first.
    package init(_ json: JSONValue) {
        switch json.kind {
        case .null: self = .none
        case .bool: self = .bool(json.bool ?? false)
        case .number: self = Self.number(json)
        case .string: self = .string(json.bytes ?? [])
        case .array:
            var items: [TemplateValue] = []
            json.forEachElement { items.append(TemplateValue($0)) }
            self = .list(items)
        case .object:
            var dict = TemplateDict()
            json.forEachField { key, value in
                dict[key.bytes] = TemplateValue(value)
            }
            self = .dict(dict)
        }
    }

    private static func number(_ json: JSONValue) -> TemplateValue {
        if let integer = json.int { return .int(integer) }
        if let integer = json.unsignedInt { return .bigInt(Array(String(integer).utf8)) }
        return .float(json.double ?? 0)
    }
}

extension Span<UInt8> {
    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }
}

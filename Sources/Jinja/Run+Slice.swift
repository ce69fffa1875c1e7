/// Slices, as Python cuts them.
extension Run {
    func slice(
        _ object: Value,
        start: Value,
        stop: Value,
        step: Value
    ) throws(TemplateError) -> Value {
        let cut = try SliceBounds(start: start, stop: stop, step: step)
        switch object {
        case .list(let list): return .list(try checked(cut.items(of: list.items)))
        case .tuple(let tuple): return .tuple(try checked(cut.items(of: tuple.items)))
        case .string(let text):
            try charge(bytes: text.count)
            if PythonText.isASCII(text) { return .string(cut.items(of: text)) }
            return .string(PythonText.bytes(of: cut.items(of: PythonText.scalars(of: text))))
        case .object(let object):
            guard let range = object as? Range else {
                throw .failed("'\(object.typeName)' object is not subscriptable")
            }
            return .object(try range.sliced(cut))
        default: throw .failed("'\(object.typeName)' object is not subscriptable")
        }
    }
}

/// `start:stop:step`, each given or not.
struct SliceBounds {
    private let start: Int?
    private let stop: Int?
    let step: Int

    /// - Throws: for what is no integer, and for a step of zero.
    init(start: Value, stop: Value, step: Value) throws(TemplateError) {
        self.start = try Self.bound(start)
        self.stop = try Self.bound(stop)
        self.step = try Self.bound(step) ?? 1
        guard self.step != 0 else { throw .failed("slice step cannot be zero") }
    }

    /// The first index, and the one before which to end.
    func resolved(count: Int) -> (first: Int, end: Int) {
        let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
        func clamped(_ bound: Int) -> Int {
            max(lowest, min(highest, bound < 0 ? bound + count : bound))
        }
        let first = start.map(clamped) ?? (step > 0 ? lowest : highest)
        return (first, stop.map(clamped) ?? (step > 0 ? highest : lowest))
    }

    func items<T>(of items: [T]) -> [T] {
        let (first, end) = resolved(count: items.count)
        if step == 1 { return first < end ? Array(items[first..<end]) : [] }
        let reach = items.count + 1
        return stride(from: first, to: end, by: max(-reach, min(reach, step))).map { items[$0] }
    }

    private static func bound(_ value: Value) throws(TemplateError) -> Int? {
        let most = 1 << 62
        switch value {
        case .none: return nil
        case .int(let value): return max(-most, min(most, value))
        case .bool(let value): return value ? 1 : 0
        case .bigInt(let digits): return digits.first == UInt8(ascii: "-") ? -most : most
        default: throw .failed("slice indices must be integers or None")
        }
    }
}

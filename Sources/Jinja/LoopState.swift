/// `loop`, in the body of a loop.
final class LoopState: TemplateObject {
    private let items: [Value]
    private let itemsDepth: Int
    var position = 0
    private var lastSeen: ValueList?

    init(_ items: [Value]) {
        self.items = items
        itemsDepth = ValueList(items).depth
    }

    override var typeName: String { "LoopContext" }
    override var depth: Int { itemsDepth + 1 }
    override var count: Int? { items.count }
    override var text: [UInt8] {
        Array("<LoopContext \(position + 1)/\(items.count)>".utf8)
    }

    enum Attribute: String, Sendable {
        case index, index0, first, last, length, revindex, revindex0, previtem, nextitem
        case depth, depth0, cycle, changed
    }

    override func attribute(_ name: String) -> Value? {
        Attribute(rawValue: name).map { self[$0] }
    }

    subscript(attribute: Attribute) -> Value {
        switch attribute {
        case .index: .int(position + 1)
        case .index0: .int(position)
        case .first: .bool(position == 0)
        case .last: .bool(position == items.count - 1)
        case .length: .int(items.count)
        case .revindex: .int(items.count - position)
        case .revindex0: .int(items.count - position - 1)
        case .previtem: position > 0 ? items[position - 1] : .undefined
        case .nextitem: position + 1 < items.count ? items[position + 1] : .undefined
        // Only recursive loops go deeper.
        case .depth: .int(1)
        case .depth0: .int(0)
        case .cycle: .object(LoopMethod(self, .cycle))
        case .changed: .object(LoopMethod(self, .changed))
        }
    }

    fileprivate func cycle(_ values: [Value]) throws(TemplateError) -> Value {
        guard !values.isEmpty else { throw .failed("no items for cycling given") }
        return values[position % values.count]
    }

    /// Whether `values` differ from those of the last call.
    fileprivate func changed(_ values: [Value]) -> Value {
        let seen = ValueList(values)
        defer { lastSeen = seen }
        guard let lastSeen else { return .bool(true) }
        return .bool(!PythonOrder.equal(.tuple(lastSeen), .tuple(seen)))
    }
}

/// `loop.cycle` and `loop.changed`.
private final class LoopMethod: TemplateObject {
    enum Name { case cycle, changed }

    private let state: LoopState
    private let name: Name

    init(_ state: LoopState, _ name: Name) { (self.state, self.name) = (state, name) }

    override var typeName: String { "method" }
    override var isCallable: Bool { true }
    override var depth: Int { state.depth }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        guard arguments.named.isEmpty else { throw .failed("unexpected keyword argument") }
        switch name {
        case .cycle: return try state.cycle(arguments.positional)
        case .changed: return state.changed(arguments.positional)
        }
    }
}

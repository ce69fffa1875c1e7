/// One rendering: the variables, the text so far, and what is left of the limits.
///
/// Not thread-safe, and not shared: it lives on the stack of `Template.render`.
final class Run {
    let limits: TemplateLimits
    let clock: TemplateClock
    /// What goes to the rendered text, or to the block or macro that is being rendered.
    var output: [UInt8] = []
    private var stepsLeft: Int
    private var depth = 0
    /// Line of the statement that runs.
    var line = 0
    /// By number of the name. Nil until first used.
    private var variables: [Value?]
    private let names: [String]
    private let given: TemplateDict
    /// What may refer to itself, cleared at the end.
    private var namespaces: [Namespace] = []
    private var frames: [Frame] = []

    init(_ names: [String], given: TemplateDict, clock: TemplateClock, limits: TemplateLimits) {
        (self.names, self.given, self.clock, self.limits) = (names, given, clock, limits)
        stepsLeft = limits.stepsMax
        variables = [Value?](repeating: nil, count: names.count)
    }

    /// The variable that the caller gave, else the global function, else undefined.
    func variable(_ number: Int) -> Value {
        if let value = variables[number] { return value }
        let name = names[number]
        let value =
            given[Array(name.utf8)].map(Value.init) ?? GlobalFunction.named(name)
            ?? .undefined
        variables[number] = value
        return value
    }

    // MARK: Limits

    @inline(__always)
    func step() throws(TemplateError) {
        stepsLeft -= 1
        if stepsLeft < 0 { throw .limit("too many steps") }
    }

    func charge(bytes: Int) throws(TemplateError) {
        guard bytes <= limits.outputBytesMax else { throw .limit("a text is too long") }
        stepsLeft -= bytes >> 4
        if stepsLeft < 0 { throw .limit("too many steps") }
    }

    func charge(items: Int) throws(TemplateError) {
        guard items <= limits.stepsMax else { throw .limit("a list is too long") }
        stepsLeft -= items >> 2
        if stepsLeft < 0 { throw .limit("too many steps") }
    }

    func charged(_ value: Value) throws(TemplateError) -> Value {
        switch value {
        case .string(let text): try charge(bytes: text.count)
        case .list(let list), .tuple(let list): try charge(items: list.items.count)
        default: break
        }
        return value
    }

    func checked(_ items: [Value]) throws(TemplateError) -> ValueList {
        try charge(items: items.count)
        let list = ValueList(items)
        try check(.list(list))
        return list
    }

    func list(_ items: [Value]) throws(TemplateError) -> Value { .list(try checked(items)) }

    /// Refuses a value that is too deep, or too large to print.
    func check(_ value: Value) throws(TemplateError) {
        guard value.depth <= limits.valueDepthMax else { throw .limit("lists nested too deeply") }
        guard value.size <= limits.outputBytesMax >> 4 else { throw .limit("a list is too large") }
    }

    /// Takes the steps that printing or comparing `value` costs.
    func chargeReading(_ value: Value) throws(TemplateError) {
        try charge(items: value.size)
    }

    /// Runs a block or a macro's body and returns what it writes. `depth` is how many levels of
    /// the stack it may take.
    func captured(
        depth levels: Int = 1,
        _ body: () throws(TemplateError) -> Void
    ) throws(TemplateError) -> [UInt8] {
        depth += levels + 10
        defer { depth -= levels + 10 }
        guard depth <= limits.depthMax else { throw .limit("macros nested too deeply") }
        var outer: [UInt8] = []
        swap(&outer, &output)
        try body()
        swap(&outer, &output)
        return outer
    }

    func write(_ text: [UInt8]) throws(TemplateError) {
        try charge(bytes: output.count >= limits.outputBytesMax ? .max : text.count)
        output.append(contentsOf: text)
    }

    // MARK: Lifetimes

    func keep(_ namespace: Namespace) { namespaces.append(namespace) }

    /// Remembers a frame that holds a macro, which holds the frame.
    func keep(_ frame: Frame) {
        guard !frame.isKept else { return }
        frame.isKept = true
        frames.append(frame)
    }

    /// Lets go of everything that macros and namespaces hold, in cycles or not.
    func end() {
        for namespace in namespaces { namespace.clear() }
        for frame in frames { frame.clear() }
    }
}

/// The variables of one call of a macro, or of the template itself.
final class Frame {
    private var slots: [Value]
    /// That in which the macro is defined.
    private let outer: Frame?
    fileprivate(set) var isKept = false

    init(slotCount: Int, outer: Frame?) {
        slots = [Value](repeating: .undefined, count: slotCount)
        self.outer = outer
    }

    subscript(slot: Int) -> Value {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }

    subscript(slot: Slot) -> Value {
        get { slot.distance == 0 ? slots[slot.index] : ancestor(slot.distance).slots[slot.index] }
        set {
            if slot.distance == 0 {
                slots[slot.index] = newValue
            } else {
                ancestor(slot.distance).slots[slot.index] = newValue
            }
        }
    }

    private func ancestor(_ distance: Int) -> Frame {
        var frame = self
        for _ in 0..<distance {
            guard let outer = frame.outer else { preconditionFailure("macros nest as frames do") }
            frame = outer
        }
        return frame
    }

    func clear() { slots = [] }
}

/// Where a variable is: in the frame that many macros out, at that index.
struct Slot: Sendable {
    var distance: Int
    var index: Int
}

/// A macro, compiled, or the body of a call block.
final class CompiledMacro: Sendable {
    let name: String
    let parameters: [String]
    /// By parameter: where it is.
    let slots: [Int]
    /// Of the last parameters.
    let defaults: [Evaluation]
    /// Where `caller`, `kwargs` and `varargs` are, if the body uses them.
    let callerSlot: Int?
    let namedSlot: Int?
    let positionalSlot: Int?
    let slotCount: Int
    /// How deep the stack may get while the body runs, in levels of statements and expressions.
    let depth: Int
    let body: Code

    init(
        _ name: String,
        _ signature: Statement.Signature,
        defaults: [Evaluation],
        body: Code,
        depth: Int,
        in scope: Scope,
        uses: (String) -> Bool
    ) {
        self.name = name
        parameters = signature.parameters
        slots = signature.parameters.map { scope.index(of: $0) }
        self.defaults = defaults
        callerSlot = uses("caller") ? scope.index(of: "caller") : nil
        namedSlot = uses("kwargs") ? scope.index(of: "kwargs") : nil
        positionalSlot = uses("varargs") ? scope.index(of: "varargs") : nil
        self.body = body
        self.depth = depth
        slotCount = scope.layout.slotCount
    }
}

/// A macro with the variables around it.
final class Macro: TemplateObject {
    private let code: CompiledMacro
    private let frame: Frame

    init(_ code: CompiledMacro, definedIn frame: Frame) {
        (self.code, self.frame) = (code, frame)
    }

    override var typeName: String { "Macro" }
    override var isCallable: Bool { true }
    override var text: [UInt8] { Array("<Macro '\(code.name)'>".utf8) }

    override func attribute(_ name: String) -> Value? {
        switch name {
        case "name": .string(Array(code.name.utf8))
        case "arguments":
            .tuple(ValueList(code.parameters.map { .string(Array($0.utf8)) }))
        case "catch_kwargs": .bool(code.namedSlot != nil)
        case "catch_varargs": .bool(code.positionalSlot != nil)
        case "caller": .bool(code.callerSlot != nil)
        default: nil
        }
    }

    /// Returns what the macro writes.
    func text(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> [UInt8] {
        let inner = Frame(slotCount: code.slotCount, outer: frame)
        let given = try bind(arguments, to: inner)
        return try run.captured(depth: code.depth) { () throws(TemplateError) in
            for start in code.body.prologue { start(run, inner) }
            let firstDefault = code.parameters.count - code.defaults.count
            for (index, isGiven) in given.enumerated() where !isGiven && index >= firstDefault {
                inner[code.slots[index]] = try code.defaults[index - firstDefault](run, inner)
            }
            for statement in code.body.statements where try statement(run, inner) != .next {
                return
            }
        }
    }

    override func call(_ arguments: CallArguments, in run: Run) throws(TemplateError) -> Value {
        .string(try text(arguments, in: run))
    }

    /// Sets the parameters, and returns which of them were given.
    private func bind(
        _ arguments: CallArguments,
        to inner: Frame
    ) throws(TemplateError) -> [Bool] {
        var given = [Bool](repeating: false, count: code.parameters.count)
        for (index, value) in arguments.positional.prefix(given.count).enumerated() {
            inner[code.slots[index]] = value
            given[index] = true
        }
        var rest: [(Value, Value)] = []
        var caller: Value?
        for (name, value) in arguments.named {
            if let index = code.parameters.firstIndex(of: name), !given[index] {
                inner[code.slots[index]] = value
                given[index] = true
            } else if name == "caller", code.callerSlot != nil {
                caller = value
            } else {
                rest.append((.string(Array(name.utf8)), value))
            }
        }
        if let slot = code.callerSlot, !code.parameters.contains("caller") {
            inner[slot] = caller ?? .undefined
        }
        let excess = Array(arguments.positional.dropFirst(given.count))
        if let slot = code.namedSlot {
            inner[slot] = .dict(ValueDict(unique: rest))
        } else if !rest.isEmpty {
            throw .failed("macro '\(code.name)' takes no such keyword argument")
        }
        if let slot = code.positionalSlot {
            inner[slot] = .tuple(ValueList(excess))
        } else if !excess.isEmpty {
            throw .failed("macro '\(code.name)' takes not more than \(given.count) argument(s)")
        }
        return given
    }
}

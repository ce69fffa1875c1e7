/// The names of one part of a template: where each is, and what it is when the part begins.
///
/// Jinja2 decides this when it compiles: a loop's body, a macro and a block have names of their
/// own, which begin each time as those outside; an `if` shares the names around it.
final class Scope {
    /// What a name is when its scope begins.
    enum Start {
        /// Set from outside: a loop's item, a macro's argument.
        case parameter
        /// The render variable or global function of that name.
        case resolved
        /// The variable of that name in a scope around this one.
        case alias(Place)
        case undefined
    }

    /// A variable's index in the frame of the macro that is so deep in macros.
    struct Place {
        var level: Int
        var index: Int
    }

    struct Names {
        var starts: [String: Start] = [:]
        var stored: Set<String> = []
    }

    let parent: Scope?
    let layout: FrameLayout
    private(set) var names = Names()
    private var indices: [String: Int] = [:]
    /// Whether the scope is that of an `if`, in which unknown filters are no error until used.
    var isSoft = false

    init(within parent: Scope?, layout: FrameLayout) {
        (self.parent, self.layout) = (parent, layout)
    }

    // MARK: Collecting

    func store(_ name: String) {
        names.stored.insert(name)
        guard names.starts[name] == nil else { return }
        names.starts[name] = parent?.place(of: name).map { .alias($0) } ?? .undefined
    }

    func load(_ name: String) {
        if !knows(name) { names.starts[name] = .resolved }
    }

    func declareParameter(_ name: String) {
        names.stored.insert(name)
        names.starts[name] = .parameter
    }

    private func knows(_ name: String) -> Bool {
        names.starts[name] != nil || (parent?.knows(name) ?? false)
    }

    /// Where `name` is, in this scope or around it.
    func place(of name: String) -> Place? {
        guard names.starts[name] != nil else { return parent?.place(of: name) }
        return Place(level: layout.level, index: index(of: name))
    }

    /// Whether `name` stays what it is in the render variables.
    func isVariable(_ name: String) -> Bool {
        guard let start = names.starts[name] else { return parent?.isVariable(name) ?? true }
        if case .resolved = start { return !names.stored.contains(name) }
        return false
    }

    func index(of name: String) -> Int {
        if let index = indices[name] { return index }
        let index = layout.addSlot()
        indices[name] = index
        return index
    }

    /// Collects the names of branches of which one runs, or none.
    func collectBranches(_ branches: [() -> Void]) {
        let before = names
        var results: [Names] = []
        for branch in branches {
            names = before
            branch()
            results.append(names)
        }
        names = before
        for result in results {
            names.starts.merge(result.starts) { _, new in new }
            names.stored.formUnion(result.stored)
        }
        // No branch need run: what a name is otherwise comes from outside.
        for name in names.stored.subtracting(before.stored) {
            names.starts[name] = parent?.place(of: name).map { .alias($0) } ?? .resolved
        }
    }
}

/// How many variables the frame of a macro, or of the template itself, has.
final class FrameLayout {
    /// 0 for the template itself.
    let level: Int
    private(set) var slotCount = 0

    init(level: Int) { self.level = level }

    func addSlot() -> Int {
        slotCount += 1
        return slotCount - 1
    }
}

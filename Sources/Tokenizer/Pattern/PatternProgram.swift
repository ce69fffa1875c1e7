/// A pattern as instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
    enum Instruction: Sendable, BitwiseCopyable {
        /// Consumes one scalar of a set.
        case set(Int)
        /// Consumes all scalars of a set that follow, and gives none back. `run` numbers these.
        case run(Int, run: Int)
        /// Consumes scalars of a set as long as they follow, and gives them back one by one.
        case loop(Int, slot: Int)
        /// Goes on at the first; if that leads to no match, at the second. `slot` numbers these
        /// and the loops.
        case split(Int, Int, slot: Int)
        /// A split inside of an atomic group, of which nothing is remembered.
        case atomicSplit(Int, Int)
        case jump(Int)
        case assert(PatternAssertion)
        /// Goes on after `end` if what starts here matches, or if it does not.
        case lookAhead(end: Int, negated: Bool)
        /// Goes on if one of these rows is what is before this place, or if none is.
        case lookBehind(Int, negated: Bool)
        /// Goes on after `end` from where the first match of what starts here leads.
        case atomic(end: Int)
        /// Ends the program, a lookahead or an atomic group.
        case accept
    }

    private static let instructionsMax = 4096
    /// Two bits each of the memory of every place in a text.
    private static let slotsMax = 256
    /// How many choices an atomic group may have, so that all of them are a constant.
    private static let atomicChoicesMax = 8

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    /// What each lookbehind may find: rows of sets.
    private(set) var lookBehinds: [[[Int]]] = []
    private(set) var slotCount = 0
    private(set) var runCount = 0
    /// The scalars that matches begin with, if not any.
    let firstScalars: ScalarSet?
    private var atomicChoices: Int?

    init(_ node: PatternNode) throws(PatternError) {
        firstScalars = node.isNullable ? nil : node.firstScalars
        try compile(node)
        try append(.accept)
        guard slotCount <= Self.slotsMax else { throw .tooLarge }
    }

    private mutating func append(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.instructionsMax else { throw .tooLarge }
        instructions.append(instruction)
    }

    private mutating func number(of set: ScalarSet) -> Int {
        if let known = sets.firstIndex(of: set) { return known }
        sets.append(set)
        return sets.count - 1
    }

    private mutating func compile(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .set(let set): try append(.set(number(of: set)))
        case .sequence(let nodes): for node in nodes { try compile(node) }
        case .alternatives(let nodes): try compileAlternatives(nodes[...])
        case .repeat(let node, let atLeast, let atMost, let greed):
            try compileRepeat(node, atLeast, atMost, greed)
        case .atomic(let node): try compileAtomic(node)
        case .lookAhead(let node, let negated):
            try compileBody(node) { .lookAhead(end: $0, negated: negated) }
        case .lookBehind(let node, let negated):
            lookBehinds.append(try rows(of: node))
            try append(.lookBehind(lookBehinds.count - 1, negated: negated))
        case .assertion(let assertion): try append(.assert(assertion))
        }
    }

    /// Room for a split whose places are not known yet.
    private mutating func reserveSplit() throws(PatternError) -> Int {
        if let choices = atomicChoices {
            guard choices < Self.atomicChoicesMax else {
                throw .unsupported(construct: "an atomic group with more than 8 choices")
            }
            atomicChoices = choices + 1
        }
        try append(.accept)
        return instructions.count - 1
    }

    private mutating func setSplit(at place: Int, body: Int, end: Int, lazy: Bool = false) {
        let (first, second) = lazy ? (end, body) : (body, end)
        guard atomicChoices == nil else {
            instructions[place] = .atomicSplit(first, second)
            return
        }
        instructions[place] = .split(first, second, slot: slotCount)
        slotCount += 1
    }

    private mutating func compileAlternatives(
        _ nodes: ArraySlice<PatternNode>
    ) throws(PatternError) {
        var exits: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index + 1 < nodes.count else {
                try compile(node)
                break
            }
            let split = try reserveSplit()
            try compile(node)
            exits.append(instructions.count)
            try append(.accept)
            setSplit(at: split, body: split + 1, end: instructions.count)
        }
        for exit in exits { instructions[exit] = .jump(instructions.count) }
    }

    private mutating func compileRepeat(
        _ node: PatternNode,
        _ atLeast: Int,
        _ atMost: Int?,
        _ greed: PatternNode.Greed
    ) throws(PatternError) {
        if greed == .possessive {
            if case .set(let set) = node, atMost == nil {
                for _ in 0..<atLeast { try compile(node) }
                try append(.run(number(of: set), run: runCount))
                runCount += 1
                return
            }
            return try compileAtomic(
                .repeat(node, atLeast: atLeast, atMost: atMost, greed: .greedy)
            )
        }
        // Oniguruma has rules of its own on when to leave a loop that consumes nothing.
        guard !node.isNullable || atMost ?? 2 <= 1 else {
            throw .unsupported(construct: "repeating what may be empty")
        }
        for _ in 0..<atLeast { try compile(node) }
        if let atMost { return try compileOptional(node, count: atMost - atLeast, greed) }
        guard atomicChoices == nil else {
            throw .unsupported(construct: "repeating without end in an atomic group")
        }
        if case .set(let set) = node, greed == .greedy {
            try append(.loop(number(of: set), slot: slotCount))
            slotCount += 1
            return
        }
        let split = try reserveSplit()
        try compile(node)
        try append(.jump(split))
        setSplit(at: split, body: split + 1, end: instructions.count, lazy: greed == .lazy)
    }

    /// `(?:x(?:x(?:x)?)?)?`
    private mutating func compileOptional(
        _ node: PatternNode,
        count: Int,
        _ greed: PatternNode.Greed
    ) throws(PatternError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(try reserveSplit())
            try compile(node)
        }
        for split in splits {
            setSplit(at: split, body: split + 1, end: instructions.count, lazy: greed == .lazy)
        }
    }

    private mutating func compileAtomic(_ node: PatternNode) throws(PatternError) {
        // A lone run gives nothing back in any case.
        if case .repeat(.set, _, nil, .greedy) = node,
            case .repeat(let set, let atLeast, _, _) = node
        {
            return try compileRepeat(set, atLeast, nil, .possessive)
        }
        let outer = atomicChoices
        atomicChoices = outer ?? 0
        try compileBody(node) { .atomic(end: $0) }
        if outer == nil { atomicChoices = nil }
    }

    private mutating func compileBody(
        _ node: PatternNode,
        _ instruction: (Int) -> Instruction
    ) throws(PatternError) {
        let place = instructions.count
        try append(.accept)
        try compile(node)
        try append(.accept)
        instructions[place] = instruction(instructions.count)
    }

    private mutating func rows(of node: PatternNode) throws(PatternError) -> [[Int]] {
        switch node {
        case .set(let set): return [[number(of: set)]]
        case .alternatives(let nodes):
            var all: [[Int]] = []
            for node in nodes { all += try rows(of: node) }
            return all
        case .sequence(let nodes):
            var row: [Int] = []
            for node in nodes {
                guard case .set(let set) = node else { break }
                row.append(number(of: set))
            }
            guard row.count == nodes.count else { break }
            return [row]
        default: break
        }
        throw .unsupported(construct: "lookbehind of more than alternatives of fixed length")
    }
}

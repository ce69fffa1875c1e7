/// What a pattern says, before it becomes instructions.
indirect enum PatternNode: Sendable {
    /// One scalar of a set.
    case set(ScalarSet)
    case sequence([PatternNode])
    /// The first that leads to a match wins.
    case alternatives([PatternNode])
    case `repeat`(PatternNode, atLeast: Int, atMost: Int?, greed: Greed)
    /// What it has matched is not given back.
    case atomic(PatternNode)
    case lookAhead(PatternNode, negated: Bool)
    case lookBehind(PatternNode, negated: Bool)
    case assertion(PatternAssertion)

    enum Greed: Sendable { case greedy, lazy, possessive }

    static let empty = PatternNode.sequence([])

    /// Whether it can match without consuming anything.
    var isNullable: Bool {
        switch self {
        case .set: false
        case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
        case .alternatives(let nodes): nodes.contains(where: \.isNullable)
        case .repeat(let node, let atLeast, _, _): atLeast == 0 || node.isNullable
        case .atomic(let node): node.isNullable
        case .lookAhead, .lookBehind, .assertion: true
        }
    }

    /// The scalars that a match can begin with. Nil if it may begin with any, or be empty.
    var firstScalars: ScalarSet? {
        switch self {
        case .set(let set): return set
        case .sequence(let nodes):
            guard let first = nodes.first else { return nil }
            return first.firstScalars
        case .alternatives(let nodes):
            var union = ScalarSet([UInt32]())
            for node in nodes {
                guard let first = node.firstScalars else { return nil }
                union = union.union(first)
            }
            return union
        case .repeat(let node, let atLeast, _, _): return atLeast > 0 ? node.firstScalars : nil
        case .atomic(let node): return node.firstScalars
        case .lookAhead, .lookBehind, .assertion: return nil
        }
    }
}

/// A condition on a place of the text, as Ruby has them: lines are ended by `\n` alone.
enum PatternAssertion: Sendable {
    case lineStart, lineEnd, textStart, textEnd
    /// At the end, or before a newline that ends the text.
    case lastLineEnd
    case wordBoundary, noWordBoundary
}

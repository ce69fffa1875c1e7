/// Why a pattern is refused. A pattern that is accepted matches as HF tokenizers matches it.
enum PatternError: Error, Equatable, Sendable {
    /// Not a pattern. `place` counts scalars.
    case malformed(reason: String, place: Int)
    /// A construct that this matcher does not have.
    case unsupported(construct: String)
    /// Repetitions and alternatives make it too big.
    case tooLarge
}

extension PatternError: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let reason, let place): "\(reason), at character \(place)"
        case .unsupported(let construct): "\(construct) is not supported"
        case .tooLarge: "it is too large"
        }
    }
}

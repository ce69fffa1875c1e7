/// Why a tokenizer cannot be loaded. A tokenizer that loads gives the engine's ids exactly.
package enum TokenizerError: Error, Equatable, Sendable {
    case unreadable(path: String, reason: String)
    /// Not what any `tokenizer.json` looks like.
    case malformed(part: String, reason: String)
    /// A valid file that asks for something this target does not do.
    case unsupported(part: String, found: String, expected: String)
}

extension TokenizerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .malformed(let part, let reason): "\(part): \(reason)"
        case .unsupported(let part, let found, let expected):
            "\(part) is not supported: found \(found), expected \(expected)"
        }
    }
}

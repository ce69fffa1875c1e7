/// Why an endpoints file is not taken over.
package enum EndpointsFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not give us the file.
    case unreadable(reason: String)
    /// It is there, and does not say what an endpoints file must.
    case invalid(line: Int, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .invalid(let line, let reason): "line \(line): \(reason)"
        }
    }
}

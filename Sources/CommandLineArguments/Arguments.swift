/// A command line that has been checked: every value fits its option.
package struct Arguments: Equatable, Sendable {
    private let texts: [String: String]

    init(texts: [String: String]) { self.texts = texts }

    /// The value given, or else the default.
    package subscript<Value>(option: Option<Value>) -> Value {
        if let text = texts[option.name], let value = Value(optionText: text) { return value }
        guard let value = option.defaultValue else {
            preconditionFailure("--\(option.name) is not an option of this command")
        }
        return value
    }

    /// Whether the option was given, rather than left to its default.
    package func contains(_ option: some AnyOption) -> Bool { texts[option.name] != nil }
}

/// What is wrong with a command line.
package enum ArgumentsError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownOption(String, suggestion: String?)
    case unexpectedArgument(String)
    case missingValue(option: String, expectation: String)
    case badValue(option: String, value: String, expectation: String)
    case missingOption(String)

    package var description: String {
        switch self {
        case .unknownOption(let option, let suggestion):
            "unknown option \(option)" + (suggestion.map { "; did you mean \($0)?" } ?? "")
        case .unexpectedArgument(let argument): "unexpected argument \(argument)"
        case .missingValue(let option, let expectation): "\(option) wants \(expectation)"
        case .badValue(let option, let value, let expectation):
            "\(option) wants \(expectation), not \(value)"
        case .missingOption(let option): "\(option) is required"
        }
    }
}

/// What is wrong with a configuration, all of it: each problem with its place, and what was
/// expected instead.
package struct ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In the order of the text. Never empty.
    package let problems: [String]

    package init(problems: [String]) {
        precondition(!problems.isEmpty, "an error says what is wrong")
        self.problems = problems
    }

    package var description: String { problems.joined(separator: "\n") }
}

/// What should be known of a configuration that is followed.
package struct ConfigRemarks: Equatable, Sendable {
    /// What looks like a mistake.
    package internal(set) var warnings: [String] = []
    /// What is accepted, and makes no difference here.
    package internal(set) var notes: [String] = []

    package init() {}
}

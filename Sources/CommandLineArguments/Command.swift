import Glibc

/// A program's command line: its options, from which parsing and `--help` follow.
package struct Command: Sendable {
    package struct Section: Sendable {
        let title: String
        let options: [any AnyOption]

        package init(_ title: String, _ options: [any AnyOption]) {
            self.title = title
            self.options = options
        }
    }

    package enum Outcome: Equatable, Sendable {
        case run(Arguments)
        case showHelp
    }

    let name: String
    /// One sentence.
    let summary: String
    /// Paragraphs for the end of the help.
    let discussion: String
    let sections: [Section]

    package init(
        name: String,
        summary: String,
        discussion: String = "",
        sections: [Section]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.sections = sections
        let names = options.map(\.name)
        precondition(Set(names).count == names.count, "two options of \(name) share a name")
    }

    var options: [any AnyOption] { sections.flatMap(\.options) }

    /// Parses `arguments`, the program's name not among them. Of a repeated option, the last
    /// counts, so that a script can append to a line.
    package func parse(_ arguments: [String]) throws(ArgumentsError) -> Outcome {
        var texts: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument != "--help", argument != "-h" else { return .showHelp }
            // One dash is enough, as for Go programs: -v=2.
            guard argument.hasPrefix("-") else { throw .unexpectedArgument(argument) }
            let parts = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let (option, flagText) = try option(named: String(parts[0]))
            let next = rest.first?.hasPrefix("--") == false ? rest.first : nil
            guard let text = parts.count == 2 ? String(parts[1]) : flagText ?? next else {
                throw .missingValue(option: "--\(option.name)", expectation: option.expectation)
            }
            if parts.count == 1, flagText == nil { rest.removeFirst() }
            guard option.accepts(text) else {
                throw .badValue(
                    option: "--\(option.name)",
                    value: text,
                    expectation: option.expectation
                )
            }
            texts[option.name] = text
        }
        for option in options where option.defaultText == nil && texts[option.name] == nil {
            throw .missingOption("--\(option.name)")
        }
        return .run(Arguments(texts: texts))
    }

    /// The option, and for a flag the value that its name alone stands for.
    private func option(
        named name: String
    ) throws(ArgumentsError) -> (option: any AnyOption, flagText: String?) {
        for option in options {
            if option.name == name { return (option, option.isFlag ? "true" : nil) }
            if option.isFlag, "no-" + option.name == name { return (option, "false") }
        }
        throw .unknownOption("--\(name)", suggestion: suggestion(for: name))
    }

    private func suggestion(for name: String) -> String? {
        let names = options.map(\.name) + ["help"]
        let distances = names.map { (name: $0, distance: editDistance($0, name)) }
        let nearest = distances.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(2, name.count / 3) else { return nil }
        return "--\(nearest.name)"
    }

    /// The process's arguments, unless others are given. Prints help, or what is wrong, and exits, if that is all
    /// there is to do: status 0 for help, 2 for an error.
    package func parseOrExit(
        _ arguments: [String] = Array(CommandLine.arguments.dropFirst())
    ) -> Arguments {
        do {
            switch try parse(arguments) {
            case .run(let arguments): return arguments
            case .showHelp:
                print(helpText, terminator: "")
                exit(0)
            }
        } catch {
            exitWithUsageError("\(error)")
        }
    }

    /// For what only the program can know is wrong with its arguments.
    package func exitWithUsageError(_ message: String) -> Never {
        var text = "\(name): \(message)\nTry: \(name) --help\n"
        text.withUTF8 { unsafe _ = write(2, $0.baseAddress, $0.count) }
        exit(2)
    }
}

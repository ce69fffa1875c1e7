/// Reads typed values of environment variables, and collects what is wrong with them.
struct EnvironmentReader {
    private let environment: [String: String]
    private(set) var warnings: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    mutating func warn(_ warning: String) { warnings.append(warning) }

    /// What Go's `strconv.ParseBool` takes.
    mutating func bool(_ name: String) -> Bool? {
        read(name, expected: "true or false") { text in
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": true
            case "0", "f", "F", "false", "FALSE", "False": false
            default: nil
            }
        }
    }

    mutating func weight(_ name: String) -> Double? {
        read(name, expected: "a number, 0 or more") { text in
            Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
    }

    mutating func count(_ name: String) -> Int? {
        read(name, expected: "a whole number, 1 or more") { text in
            Int(text).flatMap { $0 > 0 ? $0 : nil }
        }
    }

    private mutating func read<Value>(
        _ name: String,
        expected: String,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        if let value = parse(text) { return value }
        warn("\(name) is \"\(text)\", expected \(expected); its default is used")
        return nil
    }
}

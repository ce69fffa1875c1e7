/// Reads settings from environment variables, as llm-d does: what is not set or does not parse
/// leaves the default, and nothing is fatal. Says what it could not use.
struct EnvironmentVariables {
    private let values: [String: String]
    private(set) var warnings: [String] = []

    init(_ values: [String: String]) { self.values = values }

    /// The names of those that are set to something. Charts set what they leave out to nothing.
    var names: [String] { values.filter { !$0.value.isEmpty }.keys.sorted() }

    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// As Go's `strconv.ParseBool`.
    mutating func bool(_ name: String) -> Bool? {
        switch self[name] {
        case nil: return nil
        case "1", "t", "T", "true", "True", "TRUE": return true
        case "0", "f", "F", "false", "False", "FALSE": return false
        default: return refuse(name, "true or false")
        }
    }

    /// A whole number or a decimal one, 0 or more.
    mutating func weight(_ name: String) -> Double? {
        guard let text = self[name] else { return nil }
        // Only digits: `Double` would read `nan`, `infinity` and hexadecimal as well.
        guard text.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let value = Double(text),
            value.isFinite
        else { return refuse(name, "a number, 0 or more") }
        return value
    }

    mutating func positiveInt(_ name: String, atMost valueMax: Int = .max) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), (1...valueMax).contains(value) else {
            let bound = valueMax == .max ? "1 or more" : "1 to \(valueMax)"
            return refuse(name, "a whole number, \(bound)")
        }
        return value
    }

    mutating func refuse(_ name: String, expected expectation: String) {
        warn("\(name) is ignored: expected \(expectation), found `\(self[name] ?? "")`")
    }

    mutating func warn(_ warning: String) { warnings.append(warning) }

    private mutating func refuse<Value>(_ name: String, _ expectation: String) -> Value? {
        refuse(name, expected: expectation)
        return nil
    }
}

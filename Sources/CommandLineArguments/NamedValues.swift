/// A list of `NAME=VALUE`, separated by commas: `--tokenizer-map a=/models/a,b=/models/b`.
package struct NamedValues: OptionValue, Equatable, Sendable {
    /// Of a repeated name the last value counts.
    package let values: [String: String]

    package init() { values = [:] }

    package static var expectation: String { "a list of NAME=VALUE, separated by commas" }

    package init?(optionText: String) {
        var values: [String: String] = [:]
        for pair in optionText.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            values[String(parts[0])] = String(parts[1])
        }
        self.values = values
    }

    package var optionText: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}

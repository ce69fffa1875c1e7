/// One `--name VALUE` of a command line, declared once: parsing, defaults and help follow from it.
package struct Option<Value: OptionValue>: AnyOption {
    package let name: String
    package let placeholder: String
    package let help: String
    /// Nil if the option must be given.
    package let defaultValue: Value?

    /// An option that may be left out.
    package init(_ name: String, _ placeholder: String, default value: Value, help: String) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        defaultValue = value
    }

    /// An option that must be given.
    package init(required name: String, _ placeholder: String, help: String) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        defaultValue = nil
    }

    package var isFlag: Bool { Value.self == Bool.self }
    package var defaultText: String? { defaultValue.map(\.optionText) }
    package var expectation: String { Value.expectation }
    package func accepts(_ text: String) -> Bool { Value(optionText: text) != nil }
}

extension Option where Value == Bool {
    /// A flag: `--name` turns it on, `--no-name` off.
    package init(flag name: String, default value: Bool = false, help: String) {
        self.init(name, "", default: value, help: help)
    }
}

/// What a command needs to know of an option, whatever its type.
package protocol AnyOption: Sendable {
    var name: String { get }
    var placeholder: String { get }
    var help: String { get }
    var isFlag: Bool { get }
    /// Nil if the option must be given, empty if nothing stands in for it.
    var defaultText: String? { get }
    var expectation: String { get }
    func accepts(_ text: String) -> Bool
}

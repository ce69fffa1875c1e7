/// A type that an option can have.
package protocol OptionValue: Sendable {
    /// Completes the sentence "`--option` wants …".
    static var expectation: String { get }
    init?(optionText: String)
    /// As it would be written on a command line. Empty for no value.
    var optionText: String { get }
}

extension String: OptionValue {
    package static var expectation: String { "a text" }
    package init?(optionText: String) { self = optionText }
    package var optionText: String { self }
}

extension Bool: OptionValue {
    package static var expectation: String { "true or false" }
    package init?(optionText: String) { self.init(optionText) }
    package var optionText: String { self ? "on" : "" }
}

extension Int: OptionValue {
    package static var expectation: String { "a whole number, 0 or more" }
    package init?(optionText: String) {
        guard let value = Int(optionText), value >= 0 else { return nil }
        self = value
    }
    package var optionText: String { String(self) }
}

extension UInt64: OptionValue {
    package static var expectation: String { "a whole number, 0 or more" }
    package init?(optionText: String) { self.init(optionText) }
    package var optionText: String { String(self) }
}

extension Double: OptionValue {
    package static var expectation: String { "a number, 0 or more" }
    package init?(optionText: String) {
        guard let value = Double(optionText), value >= 0, value.isFinite else { return nil }
        self = value
    }
    package var optionText: String { self == rounded() ? String(Int(self)) : String(self) }
}

/// A list, separated by commas.
extension Array: OptionValue where Element == String {
    package static var expectation: String { "a list, separated by commas" }
    package init?(optionText: String) {
        self = optionText.split(separator: ",").map(String.init)
    }
    package var optionText: String { joined(separator: ",") }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    package static var expectation: String { Wrapped.expectation }
    package init?(optionText: String) {
        guard let value = Wrapped(optionText: optionText) else { return nil }
        self = value
    }
    package var optionText: String { self?.optionText ?? "" }
}

/// An enum of words: the option takes one of them.
package protocol OptionWord: OptionValue, CaseIterable, RawRepresentable where RawValue == String {}

extension OptionWord {
    package static var expectation: String {
        "one of " + allCases.map(\.rawValue).joined(separator: ", ")
    }
    package init?(optionText: String) { self.init(rawValue: optionText) }
    package var optionText: String { rawValue }
}

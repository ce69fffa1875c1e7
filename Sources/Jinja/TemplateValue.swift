/// A value that a template works with, as Python has it.
///
/// Strings are UTF-8 bytes: Python compares code points, and `String` would compare by canonical
/// equivalence.
package indirect enum TemplateValue: Sendable, Equatable {
    /// Python's `None`.
    case none
    case bool(Bool)
    case int(Int)
    /// An integer that does not fit: its digits, as Python prints them.
    case bigInt([UInt8])
    case float(Double)
    case string([UInt8])
    case list([TemplateValue])
    case dict(TemplateDict)

    package static func string(_ text: String) -> TemplateValue { .string(Array(text.utf8)) }
}

/// Why a template was refused, or why rendering it ended.
package struct TemplateError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// Jinja2 refuses this source too.
        case syntax
        /// Jinja2 accepts this source, but no renderer here does.
        case unsupported
        /// The template called `raise_exception`; `message` is what it said.
        case raised
        /// Jinja2 raises here too: a wrong type, an undefined value, a missing argument…
        case failed
        /// A bound of `TemplateLimits` is reached.
        case limit
    }

    package let kind: Kind
    /// UTF-8, for a person to read. Exact only for `.raised`.
    package let message: [UInt8]
    /// Line of the template's source, from 1. 0 where it is not known.
    package var line: Int

    package init(_ kind: Kind, _ message: [UInt8], line: Int = 0) {
        (self.kind, self.message, self.line) = (kind, message, line)
    }

    init(_ kind: Kind, _ message: String, line: Int = 0) {
        self.init(kind, Array(message.utf8), line: line)
    }

    static func failed(_ message: String) -> TemplateError { TemplateError(.failed, message) }
    static func limit(_ message: String) -> TemplateError { TemplateError(.limit, message) }
}

extension TemplateError: CustomStringConvertible {
    package var description: String {
        "\(kind) at line \(line): \(String(decoding: message, as: UTF8.self))"
    }
}

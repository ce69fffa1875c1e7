import Jinja

/// A chat template, and what is known about it from its text.
struct CompiledTemplate: Sendable {
    let template: Template
    /// As in the file: some rules ask whether a word occurs in it.
    let source: [UInt8]
    let contentFormat: ContentFormat

    init(_ source: [UInt8]) throws(TemplateError) {
        template = try Template(source: source)
        self.source = source
        contentFormat = ContentFormat.detected(in: template)
    }
}

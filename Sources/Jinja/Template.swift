/// A chat template in Jinja2's language, compiled once.
///
/// Renders what transformers 5.20 renders: Jinja2's immutable sandbox with `trim_blocks`,
/// `lstrip_blocks`, loop controls, `tojson` without HTML escapes, `raise_exception` and
/// `strftime_now`. Where that raises, `render` throws.
///
/// Thread safety: never changes once made; may be rendered on many threads at once.
package final class Template: Sendable {
    /// The source, parsed.
    package let statements: [Statement]
    /// The names that the template expects from its caller, as Jinja2's
    /// `meta.find_undeclared_variables` finds them.
    package let undeclaredVariables: Set<[UInt8]>
    private let code: Code
    private let slotCount: Int
    private let variableNames: [String]
    private let limits: TemplateLimits

    /// - Parameter source: UTF-8.
    /// - Throws: `.syntax` for what Jinja2 refuses too, `.unsupported` for what only this renderer
    ///   does, with the construct and its line, `.limit` for what is too long or too deep.
    package init(
        source: [UInt8],
        limits: TemplateLimits = .standard
    ) throws(TemplateError) {
        statements = try Parser.parse(source, limits: limits)
        var compiler = Compiler()
        code = try compiler.compile(statements)
        slotCount = compiler.scope.layout.slotCount
        variableNames = compiler.variableNames
        undeclaredVariables = Set(compiler.undeclared.map { Array($0.utf8) })
        self.limits = limits
    }

    /// Appends the rendered text to `output`, which an error leaves as it was.
    ///
    /// - Throws: `.raised` with the template's own message, `.failed` where Jinja2 raises another
    ///   error, `.unsupported` for a rare method or format, `.limit` for too much work.
    package func render(
        _ variables: TemplateDict,
        now clock: TemplateClock,
        to output: inout [UInt8]
    ) throws(TemplateError) {
        let run = Run(variableNames, given: variables, clock: clock, limits: limits)
        let frame = Frame(slotCount: slotCount, outer: nil)
        run.keep(frame)
        defer { run.end() }
        do {
            _ = try code.run(run, frame)
        } catch {
            throw error.located(at: run.line)
        }
        output.append(contentsOf: run.output)
    }
}

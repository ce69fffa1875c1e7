/// How much one template may ask for. Templates come from model files and, where the operator
/// allows it, from requests: none may take a worker down.
package struct TemplateLimits: Sendable, Equatable {
    /// Bytes of the source. Real templates have up to 30 KB.
    package var sourceBytesMax = 1 << 20
    /// Nesting of expressions and of statements in the source: the parser recurses.
    package var nestingMax = 100
    /// Bytes of the rendered text, and of any one string on the way to it.
    package var outputBytesMax = 64 << 20
    /// Units of work in one rendering: about one for each expression that is evaluated, and one
    /// for each 16 bytes or list elements that an operation touches.
    package var stepsMax = 10_000_000
    /// Levels of macros, statements and expressions that run within each other: a bound of the
    /// stack, of which so many take less than 1 MiB in a release build. JSON schemas make
    /// templates recurse; a usual macro takes 20 levels.
    package var depthMax = 3000
    /// Lists within lists.
    package var valueDepthMax = 200

    package static let standard = TemplateLimits()

    package init() {}
}

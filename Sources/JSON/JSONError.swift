/// Why a text is not a JSON document that we accept.
package struct JSONError: Error, Equatable, Sendable {
    /// What the parser found wrong, in English.
    package let reason: String
}

/// Why a model's requests cannot be made into prompts.
package enum ChatModelError: Error, Equatable, Sendable {
    /// A file cannot be read or is not what its name says.
    case file(path: String, reason: String)
    /// A chat template uses something that we do not render.
    case template(name: String, reason: String)
    /// The engine renders this kind of model by code that we have no equal of.
    case format(name: String)
}

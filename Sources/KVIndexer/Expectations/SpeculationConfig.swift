/// Whether a picked endpoint is credited with a prompt's blocks before it announces them.
package struct SpeculationConfig: Equatable, Sendable {
    package var isEnabled = false
    /// How long, unless the engine confirms them first. Should exceed the time to first token.
    package var timeToLive = Duration.seconds(2)
    /// Blocks credited to one request; of a longer prompt only the first ones are.
    package var blocksMax = 8_192
    /// Requests that are credited at the same time; further ones are not.
    package var requestsMax = 16_384

    package init() {}
}

/// Whether a pick credits its endpoint with the prompt's blocks before the engine announces them,
/// and for how long. Off, requests that share a prompt and come together scatter.
package struct SpeculationConfig: Equatable, Sendable {
    package var isEnabled = true
    /// Raise it if prompts take longer to prefill: until then others are sent elsewhere again.
    /// Until it ends, an endpoint that failed attracts requests with the prompt.
    package var timeToLive = Duration.seconds(2)
    /// Of one prompt, the first ones. Costs what storing them costs, per request.
    package var blocksMax = 4_096
    /// Requests credited at a time; beyond it, the oldest loses its blocks. Each costs 8 bytes a
    /// block, and what the index needs for it.
    package var requestsMax = 4_096

    package init() {}

    /// Called once, at start.
    package func validated() throws(SpeculationConfigError) -> Self {
        guard timeToLive > .zero else { throw .tooSmall("timeToLive", atLeast: "more than 0") }
        guard blocksMax > 0 else { throw .tooSmall("blocksMax", atLeast: "1") }
        guard requestsMax > 0 else { throw .tooSmall("requestsMax", atLeast: "1") }
        return self
    }
}

package enum SpeculationConfigError: Error, Equatable, Sendable {
    case tooSmall(String, atLeast: String)
}

import Glibc

/// How long an endpoint takes in comparison with the pool, for prompts of equal length.
///
/// Not a curve of its own: endpoints of one kind get prompts of different lengths, through which
/// different lines fit best, and requests would go where their prompt is not cached for a
/// difference that is none.
package struct EndpointSpeed: Equatable, Sendable {
    /// Endpoints that differ by less than this logarithm count as equal.
    package static let differenceMin = 0.15
    /// What one observation may claim.
    private static let differenceMax = log(16.0)
    /// Observations that "as fast as the pool" counts for.
    private static let priorWeight = 3.0
    private static let memory = 128.0

    private var sum = 0.0
    private var weight = 0.0

    package init() {}

    /// - Parameter difference: the logarithm of how many times as long a prompt took as others of
    ///   its length.
    package mutating func learn(_ difference: Double) {
        guard difference.isFinite else { return }
        let kept = 1 - 1 / Self.memory
        sum = sum * kept + min(max(difference, -Self.differenceMax), Self.differenceMax)
        weight = weight * kept + 1
    }

    /// How many times as long as the pool it takes.
    package var slowness: Double {
        let mean = sum / (weight + Self.priorWeight)
        return abs(mean) < Self.differenceMin ? 1 : exp(mean)
    }
}

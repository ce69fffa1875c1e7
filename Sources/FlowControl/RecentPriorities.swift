/// Priorities that requests had lately, whether they waited or not. Without them, what is held back
/// for urgent requests would be held back only while some of those wait.
struct RecentPriorities: Sendable {
    private struct Sighting: Sendable {
        let priority: Int
        var seenAt: ContinuousClock.Instant
    }

    /// In descending order of priorities. At most `FlowControlConfig.bandsMax`.
    private var sightings: [Sighting] = []

    /// As long as llm-d keeps a priority that nobody configured.
    static let lifetime = Duration.seconds(600)

    /// The most urgent first.
    var priorities: some Sequence<Int> { sightings.lazy.map(\.priority) }

    /// Of too many, the one that was not seen for longest is forgotten.
    mutating func see(_ priority: Int, at now: ContinuousClock.Instant) {
        if let known = sightings.firstIndex(where: { $0.priority == priority }) {
            sightings[known].seenAt = max(sightings[known].seenAt, now)
            return
        }
        if sightings.count >= FlowControlConfig.bandsMax,
            let oldest = sightings.indices.min(by: {
                sightings[$0].seenAt < sightings[$1].seenAt
            })
        {
            sightings.remove(at: oldest)
        }
        let index = sightings.firstIndex { $0.priority < priority } ?? sightings.count
        sightings.insert(Sighting(priority: priority, seenAt: now), at: index)
    }

    /// Forgets those that were not seen for the last `lifetime`.
    mutating func forgetOld(at now: ContinuousClock.Instant) {
        let oldest = now - Self.lifetime
        guard sightings.contains(where: { $0.seenAt < oldest }) else { return }
        sightings.removeAll { $0.seenAt < oldest }
    }
}

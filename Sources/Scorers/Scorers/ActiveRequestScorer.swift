import Domain
package import Scheduling

/// Prefers endpoints that have fewer of this picker's requests in flight: 1 up to `idleThreshold`,
/// then falling in a straight line from `maxBusyScore`, which none in flight would get, to 0 for the
/// busiest candidate.
package struct ActiveRequestScorer: Scorer, Equatable {
    private let idleThreshold: Int
    private let maxBusyScore: Double

    /// - Parameters:
    ///   - idleThreshold: below 0 counts as 0.
    ///   - maxBusyScore: 0...1; less than 1 keeps busy endpoints apart from idle ones.
    package init(idleThreshold: Int = 0, maxBusyScore: Double = 1) {
        self.idleThreshold = max(0, idleThreshold)
        self.maxBusyScore = maxBusyScore.asScore
    }

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        var most: Int32 = 0
        for index in 0..<candidates.count {
            most = max(most, context.loads[candidates[index]].inFlightRequests)
        }
        for index in 0..<candidates.count {
            let inFlight = context.loads[candidates[index]].inFlightRequests
            scores[index] =
                inFlight <= idleThreshold
                ? 1 : Double(most - inFlight) / Double(most) * maxBusyScore
        }
    }
}

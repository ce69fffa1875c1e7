package import Domain
package import Scheduling

/// Keeps the endpoints whose engines have few requests waiting, by their own word.
package struct LowQueueFilter: Equatable, Filter {
    private let threshold: Int

    /// - Parameter threshold: the most requests that may wait. The default is the old reference's
    ///   `QUEUING_THRESHOLD_LORA`.
    package init(threshold: Int = 128) { self.threshold = threshold }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        candidates.keep { Int(context.loads[$0].report.waitingRequests) <= threshold }
    }

    package var exhaustion: PickError { .saturated }
}

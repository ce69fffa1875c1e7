package import Domain
package import Scheduling

/// Lets requests that may be dropped, those of negative priority, only to endpoints that have room
/// by their own word. All others pass.
package struct SheddableCapacityFilter: Equatable, Filter {
    private let queueThreshold: Int
    private let kvCacheThreshold: Double

    /// - Parameters:
    ///   - queueThreshold: the most requests that may wait in the engine.
    ///   - kvCacheThreshold: the greatest share of the KV cache that may be in use, 0...1.
    package init(queueThreshold: Int = 5, kvCacheThreshold: Double = 0.8) {
        self.queueThreshold = queueThreshold
        self.kvCacheThreshold = kvCacheThreshold
    }

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        guard context.request.priority < 0 else { return }
        candidates.keep { position in
            Int(context.loads[position].report.waitingRequests) <= queueThreshold
                && context.loads[position].report.kvCacheUsage <= kvCacheThreshold
        }
    }

    package var exhaustion: PickError { .shed }
}

package import Scheduling

/// Keeps the endpoints where the fewest requests wait (`EndpointLoad.waitingRequests`): the lowest
/// n-th part of the range that n candidates span. Never drops all.
package struct LeastQueueFilter: Equatable, Filter {
    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        var least = Int.max
        var most = Int.min
        for index in 0..<candidates.count {
            let waiting = context.loads[candidates[index]].waitingRequests
            least = min(least, waiting)
            most = max(most, waiting)
        }
        guard least < most else { return }
        // In whole requests, as in llm-d: a range below n leaves only the shortest queues.
        let limit = least + (most - least) / candidates.count
        candidates.keep { context.loads[$0].waitingRequests <= limit }
    }
}

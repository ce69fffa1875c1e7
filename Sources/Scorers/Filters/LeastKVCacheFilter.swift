import Domain
package import Scheduling

/// Keeps the endpoints whose engines have the most room in the KV cache, by their own word: the
/// lowest n-th part of the range of usage that n candidates span. Never drops all.
package struct LeastKVCacheFilter: Equatable, Filter {
    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        var least = Double.infinity
        var most = -Double.infinity
        for index in 0..<candidates.count {
            let usage = context.loads[candidates[index]].report.kvCacheUsage
            if usage < least { least = usage }
            if usage > most { most = usage }
        }
        guard least < most else { return }
        let limit = least + (most - least) / Double(candidates.count)
        candidates.keep { context.loads[$0].report.kvCacheUsage <= limit }
    }
}

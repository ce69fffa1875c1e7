import Domain
package import Scheduling

/// Keeps the endpoints whose engines have the most room in the KV cache, by their own word: the
/// lowest n-th part of the range of usage that n candidates span. Never drops all.
package struct LeastKVCacheFilter: Equatable, Filter {
    package init() {}

    package func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
        var least = 1.0
        var most = 0.0
        for index in 0..<candidates.count {
            let usage = Self.usage(at: candidates[index], in: context)
            least = min(least, usage)
            most = max(most, usage)
        }
        guard least < most else { return }
        let limit = least + (most - least) / Double(candidates.count)
        candidates.keep { Self.usage(at: $0, in: context) <= limit }
    }

    /// What is no share at all counts as 0.
    private static func usage(at position: Int, in context: SchedulingContext) -> Double {
        let usage = context.loads[position].report.kvCacheUsage
        return usage > 0 ? min(usage, 1) : 0
    }
}

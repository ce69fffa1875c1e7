import Domain
package import Scheduling

/// Prefers endpoints where the request's LoRA adapter is, or can be soon. The tiers are llm-d's,
/// which knows only of adapters with requests; here an idle one counts for where it is.
///
/// - 1: it runs there.
/// - 0.9: it is loaded and idle. Nothing is read from a disk, but it may have to be copied back to
///   the GPU.
/// - 0.8: it is absent, or waits, and there is a free slot to run it in.
/// - 0.6: it is there, but other adapters have every slot.
/// - 0: it is absent and there is no free slot that is known of.
///
/// A model that is not known as an adapter gets 0 everywhere, which is no preference.
package struct LoRAAffinityScorer: Scorer, Equatable {
    package init() {}

    package func score(
        _ candidates: Candidates,
        in context: SchedulingContext,
        into scores: inout [Double]
    ) {
        guard let places = context.adapter?.places else { return }
        var next = 0
        for index in 0..<candidates.count {
            let position = candidates[index]
            let id = context.snapshot.ids[position].rawValue
            while next < places.count, places[next].endpoint.rawValue < id { next += 1 }
            let isThere = next < places.count && places[next].endpoint.rawValue == id
            scores[index] = Self.score(
                of: isThere ? places[next].state : .absent,
                active: context.loads[position].report.activeAdapters,
                max: context.loads[position].report.adaptersMax
            )
        }
    }

    /// - Parameter max: 0 if the engine does not tell.
    private static func score(of state: AdapterState, active: Int32, max: Int32) -> Double {
        switch state {
        case .running: 1
        case .loaded: max <= 0 || active < max ? 0.9 : 0.6
        case .waiting: active < max ? 0.8 : 0.6
        case .absent: active < max ? 0.8 : 0
        }
    }
}
